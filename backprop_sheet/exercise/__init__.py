"""Sets the exercise, with numbers of its own for each student, and marks what comes back.

parts            the parts of the work: forward, errors, gradients of each layer, updates, chart
assignment       all that is needed to set it and to mark it, as plain data
assignment_file  the same as a file, assignment.toml
given            whether a table's numbers are those that a student was given
lists            lists of students: the roster is read, a gradebook filled in
setting          the students' numbers, sheets, keys and pages
submissions      what was handed in, and whose it is
marks            what marking comes to, as plain data
marking          points, and the rules
feedback         what students get back
overview         what marking came to, for the teacher
file_names       what a student's files are called
words            points, shares and lists in words
fingerprint      what of a submission is compared with others
likeness         what submissions have in common, told as facts
"""
