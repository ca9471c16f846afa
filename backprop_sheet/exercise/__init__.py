"""Sets the exercise, with numbers of its own for each student, and marks what comes back.

parts        the parts of the work: forward, errors, gradients of each layer, updates, chart
numbers      a student's numbers, drawn from the exercise's seed and the student's identifier
assignment   all that is needed to set it and to mark it, as plain data and as a file
given        whose given numbers a table begins with
curve        whether a workbook has a chart of the error
marking      points for each part, and the rules
marks        what marking comes to, as plain data
feedback     what a student is told: a text, the comments of a marked copy
returning    the files that go back: marks, feedback, the zip for Moodle
"""
