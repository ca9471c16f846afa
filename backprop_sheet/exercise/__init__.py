"""Sets the exercise, with numbers of its own for each student, and marks what comes back.

parts        the parts of the work: forward, errors, gradients of each layer, updates, chart
numbers      a student's numbers, drawn from the exercise's seed and the student's identifier
assignment   all that is needed to set it and to mark it, as plain data and as a file
given        whose given numbers a table begins with
curve        whether a workbook has a chart of the error
held         a table, held against the assignment: the state of each blank cell
points       the points of each part of it
rules        the rules, each told in a sentence
marking      marks of files, of students, of a course
marks        what marking comes to, as plain data
feedback     what a student is told: a text, the comments of a marked copy
returning    the files that go back: marks, feedback, the zip for Moodle
"""
