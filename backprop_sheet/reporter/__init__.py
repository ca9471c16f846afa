"""Network and frames → the report that courses ask for.

report         the report, as a document
training       what it is made from
given          given numbers, as tables
network        the network, as a drawing and as its given numbers
mathematics    the derivation, and an epoch with its numbers
table          the first and the last rows
rates          the error curve, the curves at several rates, and what they teach
"""
