"""The command `backprop-sheet`, and `python -m backprop_sheet`."""

import atexit
import gc
import os
import signal
import sys
from contextlib import suppress
from typing import Any

from backprop_sheet import interrupt

INTERRUPTED = 130
"""The exit code after Ctrl-C."""
GARBAGE = 500_000
"""New objects after which garbage is looked for."""


def main() -> None:
    """Run the command line."""
    interrupt.listen()
    # Libraries and networks are made of hundreds of thousands of objects, none of them garbage.
    # Looking through them as often as by default takes 4 % of the time of importing the libraries,
    # and a tenth of that of writing the sheet of 3,000 weights.
    gc.set_threshold(GARBAGE)
    try:
        from backprop_sheet.cli import main as run

        run()
    except (KeyboardInterrupt, Exception) as error:  # outside of what click looks after
        if not isinstance(error, KeyboardInterrupt) and not interrupt.is_pressed():
            raise
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if sys.stderr:
            sys.stderr.write("Error: interrupted\n")
        _exit_now(INTERRUPTED)
    except SystemExit as end:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is done stays done
        if _is_observed():
            raise
        _exit_now(end.code if isinstance(end.code, int) else 0)


def _is_observed() -> bool:
    """Whether a profiler, a debugger or a person at a prompt wants the program to end as usual."""
    monitoring: Any = getattr(sys, "monitoring", None)  # since Python 3.12
    tools = monitoring and any(map(monitoring.get_tool, range(6)))
    return bool(sys.getprofile() or sys.gettrace() or sys.flags.interactive or tools)


def _exit_now(code: int) -> None:
    """Exit without freeing every object, which would take a fifth of the time of importing them."""
    atexit._run_exitfuncs()  # noqa: SLF001
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # nobody is there to read it
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
