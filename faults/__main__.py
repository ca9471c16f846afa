"""Measures every part and prints one table.

    python -m faults [--times X] [PART ...]

X scales the number of cases; 1 gives the figures of the documentation. The exit code is 1 if
anything came of a fault that should not.
"""

import os
import sys
from argparse import ArgumentParser
from importlib import import_module
from platform import platform, python_version

from backprop_sheet.errors import plain

PARTS = ("writing", "reading", "inputs")
"""The modules that measure, each by a generator `measure(times)` of lines."""


def main() -> None:
    """Measure what is asked for, everything if nothing is."""
    parser = ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument("--times", type=float, default=1.0, help="scales the number of cases (1)")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)} (all)")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    print(f"{platform()}, {os.cpu_count()} cores, Python {python_version()}")
    print(f"{'':<58}{'tried':>7}{'failed':>8}{'worst s':>9}{'MB':>6}")
    failed = 0
    for part in asked.parts or PARTS:
        for line in import_module(f"faults.{part}").measure(asked.times):
            worst = "" if line.worst is None else f"{line.worst:.2f}"
            memory = "" if line.memory is None else f"{line.memory:.0f}"
            print(f"{line.name:<58}{line.tried:>7}{line.failed:>8}{worst:>9}{memory:>6}")
            if line.example:
                print(f"    {plain(line.example)}")
            sys.stdout.flush()
            failed += line.failed
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
