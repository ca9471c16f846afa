"""The network's drawing in a sheet: native shapes, and cells behind them that hold the numbers.

readable  how much of a network is drawn     shapes    circles, squares and arrows
labels    the names and numbers in cells     legend    what the sheet says of the drawing
outputs   errors and targets                 placing   whether labels have room
"""
