"""A run as the exercise's document: its questions, answered by the run's own numbers.

document     the document: title, table of facts, the questions in the exercise's order
questions    the questions, each with what answers it and the published source
run          what the answers are made from: a model, comparisons, figures
structure    answers that follow from the layers
learning     answers that follow from the training
values       answers that follow from what the model has learnt
measured     what comparisons say, or the command that would measure it
figures      the pictures
"""
