"""Lists of students as Canvas and Moodle export them, or anybody.

roster     the students of a list
gradebook  points and feedback, filled into a list
owners     whose row is which
columns    what the columns are called, in many languages
names      how people and platforms write names
csv_text   a CSV file, in which single cells are replaced and all else stays
"""
