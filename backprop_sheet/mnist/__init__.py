"""The companion: the network one cannot see any more, trained on real digits.

model        the network of 18,594 parameters, layer by layer; its receptive field
dropout      the usual Dropout, drawn faster on the CPU
data         the digits: idx files, a sample that needs no network, or fetched once
recipes      how a training goes: rate, batches, changes to the pictures
training     epochs one by one; where one stopped, another goes on
saved        models and checkpoints as files that are safe to load
evaluation   loss, accuracy, what was said for each digit
pictures     any picture of a digit → one as the network knows them
runs         a training in its folder: begun or resumed, with its checkpoints
results      everything that a training leaves in its folder
plots        its curves, its confusions, its mistakes as figures
report       its history and its layers as a workbook
advice       what a training's numbers say about it
machine      the device, and how many threads
limits       what a training's numbers may be

Nothing here is imported before it is used: PyTorch takes seconds to load.
"""

INSTALL = 'pip install ".[torch]" in the program\'s folder installs it'
