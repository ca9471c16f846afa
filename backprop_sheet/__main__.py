"""The command `backprop-sheet`, and `python -m backprop_sheet`."""

import gc
import os
import sys
from contextlib import suppress

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
        _leave()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _leave()
        raise


def _leave() -> None:
    """End with the exit code for an interrupt at once.

    Where it came while Python evaluated a text, as namedtuple has it do, Python would remember it
    and end by the signal, though it was caught.
    """
    with suppress(OSError):  # nobody may be reading
        sys.stdout.flush()
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
