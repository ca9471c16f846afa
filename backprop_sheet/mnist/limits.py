"""What the numbers of a training may be; knows nothing of PyTorch, so that help is quick."""

EPOCHS = 2**20 - 1
"""The most epochs: each of them has a seed of its own, and there are so many for each training."""
BATCH = 2**31 - 1
THREADS = 1024
SEEDS = 2**40
"""How many seeds there are to choose from."""
RATE = 1e30
"""The highest learning rate: far beyond what learns, and steps can still be computed."""
