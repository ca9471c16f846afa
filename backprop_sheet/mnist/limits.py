"""Limits of a training's settings. Does not import PyTorch, so that help texts appear fast."""

EPOCHS = 2**20 - 1
"""The most epochs: each has a seed of its own, and each training has this many seeds."""
BATCH = 2**31 - 1
THREADS = 1024
SEEDS = 2**40
"""The number of seeds to choose from."""
RATE = 1e30
"""The highest learning rate: far too high to learn with, but steps can still be computed."""
WIDTHS = (8, 16, 32)
"""Channels in each block of the exercise's network."""
WIDEST = 512
"""The most channels that a block may have."""
BLOCKS = 4
"""The most blocks: after four poolings, 28 pixels have become one."""
LAYERS_LEFT_OUT = {
    "activation": "no ReLU after a convolution",
    "normalisation": "no BatchNorm after a convolution",
    "pooling": "no max pooling, so all maps are as large as the image",
    "image-normalisation": "grey values from 0 to 1 go in as they are",
}
"""What a network may lack."""
TRAINING_LEFT_OUT = {
    "augmentation": "images are always seen as they are",
    "averaging": "the weights of the last step are saved, not a mean over the last steps",
    "cycle": "the learning rate stays the same",
    "decay": "weights do not shrink",
    "dropout": "no value is dropped",
    "momentum": "a step follows the gradient of its batch alone",
}
"""What a training may lack."""
LEFT_OUT = LAYERS_LEFT_OUT | TRAINING_LEFT_OUT
"""What ``without`` may name, and what then becomes of the network or its training."""
