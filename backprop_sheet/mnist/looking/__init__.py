"""A trained network looked at: figures and numbers, made from a model and pictures.

album       all figures of a model and some pictures, each with the name of its file
kernels     the weights of each convolution
maps        what each stage makes of a picture
fields      receptive fields, by the formula and as the gradient shows them
frames      those fields drawn on a picture
distances   how far each pooling and each normalisation stands from the prediction
influence   what in a picture the answer rests on: gradient and occlusion
neighbours  mistakes that resemble a picture, and right answers that were close
answers     a picture's probabilities, with what they rest on and its nearest mistakes
canvas      what the figures share: signed colours, tiles, titles

Nothing here reads or writes a file.
"""
