"""One call of the command line in this process, and whether it kept its word."""

import warnings
from collections.abc import Sequence
from time import perf_counter
from typing import NamedTuple

from click.testing import CliRunner

from backprop_sheet.cli import cli

CODES = {0, 1, 2, 3}
"""What a command may end with."""


class Outcome(NamedTuple):
    """What came of a call.

    Attributes:
        seconds: how long it took.
        said: what it said, or the call itself where something is wrong.
        fault: what is wrong with it; nothing if it gave a result or one line.
    """

    seconds: float
    said: str
    fault: str = ""


def called(arguments: Sequence[str], lines: int = 1) -> Outcome:
    """Call the command line; an error may have so many lines."""
    begin = perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        done = CliRunner().invoke(cli, list(arguments))
    seconds = perf_counter() - begin
    call = " ".join(arguments)[:300]
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return Outcome(seconds, call, f"{type(done.exception).__name__}: {done.exception}"[:300])
    errors = [line for line in done.stderr.splitlines() if line.startswith("Error")]
    if done.exit_code not in CODES or "Traceback" in done.output or len(errors) > lines:
        return Outcome(seconds, call, f"exit {done.exit_code}: {done.output[-300:]}")
    if done.exit_code in {2, 3} and not done.output.strip():
        return Outcome(seconds, call, "an error without a word")
    return Outcome(seconds, done.output[-200:].strip())
