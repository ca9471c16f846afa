"""Sets the exercise, with numbers of its own for each student, and marks what comes back.

parts        the parts of the work: forward, errors, gradients of each layer, updates, chart
numbers      a student's numbers, drawn from the exercise's seed and the student's identifier
distinct     whether they tell columns and the usual wrong formulas apart
setting      draws all students' numbers, writes sheets, keys and pages
task         the page that states a student's task
picture      the network's drawing on that page
assignment   all that is needed to set it and to mark it, as plain data and as a file
"""
