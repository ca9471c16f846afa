"""`python -m backprop_sheet` is the command `backprop-sheet`."""

from backprop_sheet.cli import main

if __name__ == "__main__":
    main()
