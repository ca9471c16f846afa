"""The command `backprop-sheet`, and `python -m backprop_sheet`."""

import gc
import sys

INTERRUPTED = 130
GARBAGE = 100_000
"""New objects after which garbage is looked for."""


def main() -> None:
    """Run the command line."""
    # Importing click, pandas and matplotlib makes hundreds of thousands of objects, none of them
    # garbage. Looking through them as often as by default takes a seventh of the time of it.
    gc.set_threshold(GARBAGE)
    try:
        from backprop_sheet.cli import main as run

        run()
    except KeyboardInterrupt:  # before the command line could say so
        sys.stderr.write("Error: interrupted\n")
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
