"""Sets the exercise, with numbers of its own for each student, and marks what comes back.

parts        the parts of the work: forward, errors, gradients of each layer, updates, chart
assignment   all that is needed to set it and to mark it, as plain data and as a file

roster       a list of students, as Canvas, Moodle or anybody exports it
columns      what the columns of such lists are called, in many languages
numbers      a student's numbers, drawn from the exercise's seed and the student's identifier
distinct     whether they tell columns and the usual wrong formulas apart
setting      draws all students' numbers, writes sheets, keys and pages
task         the page that states a student's task
picture      the network's drawing on that page

submissions  what was handed in, in files, folders and archives, and whose it is
unzipping    archives of submissions, unpacked within limits
whose        whose a file is: by its name, or by the numbers in it

given        whose given numbers a table begins with
curve        whether a workbook has a chart of the error
held         a table, held against the assignment: the state of each blank cell
points       the points of each part of it
rules        the rules, each told in a sentence
marking      marks of files, of students, of a course
marks        what marking comes to, as plain data

feedback     what a student is told: a text, the comments of a marked copy
returning    the files that go back: marks, feedback, the zip for Moodle
gradebook    the points, filled into a gradebook of Canvas or a grading worksheet of Moodle
csv_text     a CSV file, in which single cells are replaced and all else stays

overview     what marking came to, for the teacher: a workbook and a page
fingerprint  what of a submission is compared with others
likeness     what submissions have in common, told as facts
"""
