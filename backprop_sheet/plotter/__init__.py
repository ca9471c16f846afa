"""Frames and networks → figures. No pyplot, so nothing is kept between figures.

picture    a figure that shows itself in a notebook; figures as files
curves     the error over the epochs, of one training or of several
drawing    the network in an epoch
"""
