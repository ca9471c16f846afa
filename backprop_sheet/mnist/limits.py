"""Limits of a training's settings. Does not import PyTorch, so that help texts appear fast."""

EPOCHS = 2**20 - 1
"""The most epochs: each has a seed of its own, and each training has this many seeds."""
BATCH = 2**31 - 1
THREADS = 1024
SEEDS = 2**40
"""The number of seeds to choose from."""
RATE = 1e30
"""The highest learning rate: far too high to learn with, but steps can still be computed."""
