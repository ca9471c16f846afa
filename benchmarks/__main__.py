"""Measures ours and what people would use instead in turn; prints medians and ratios.

    python -m benchmarks [NAME …] [--runs N] [--json FILE]

NAME is engines, workbooks, commands, curves or digits; all of them when left out.
"""

import json
import os
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import machine, python_version, system

from benchmarks.measuring import Line

NAMES = ("engines", "workbooks", "commands", "curves", "digits")
LIBRARIES = ("pandas", "openpyxl", "orjson", "matplotlib", "XlsxWriter", "micrograd", "torch")
WIDTHS = "{:<52} {:>14}  {:<34} {:>14}  {:>8}  {:<18} {}"


def versions() -> dict[str, str]:
    """What the figures depend on."""
    known = {"system": f"{system()} {machine()}", "cores": f"{os.cpu_count()}"}
    known["Python"] = python_version()
    for name in LIBRARIES:
        try:
            known[name] = version(name)
        except PackageNotFoundError:
            known[name] = "not installed"
    return known


def shown(line: Line) -> str:
    """A line of the table."""
    theirs = "" if line.theirs is None else quantity(line.theirs, line.unit)
    ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
    verdict = "" if line.met else "MISSED"
    ours = quantity(line.ours, line.unit)
    return WIDTHS.format(line.name, ours, line.against, theirs, ratio, line.goal, verdict).rstrip()


def quantity(value: float, unit: str) -> str:
    """A number with its unit; short times in milliseconds or microseconds."""
    if unit == "s":
        for size, smaller in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")):
            if value >= size:
                return f"{value / size:,.2f} {smaller}"
    return f"{value:,.2f} {unit}"


def main() -> None:
    """Measure what is asked for."""
    parser = ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n", 1)[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)} (all)")
    parser.add_argument("--runs", type=int, default=7, help="counted runs of each (7)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    asked = parser.parse_args()
    if wrong := set(asked.names) - set(NAMES):
        parser.error(f"{', '.join(sorted(wrong))}: there is {', '.join(NAMES)}")
    about, lines = versions(), []
    print(", ".join(f"{name} {value}" for name, value in about.items()))
    print(WIDTHS.format("what", "ours", "against", "theirs", "ratio", "goal", "").rstrip())
    for name in asked.names or NAMES:
        for line in import_module(f"benchmarks.{name}").lines(asked.runs):
            print(shown(line), flush=True)
            lines.append(asdict(line))
    if asked.json:
        text = json.dumps({"versions": about, "lines": lines}, ensure_ascii=False, indent=1)
        asked.json.write_text(text + "\n", encoding="utf-8")
    sys.exit(not all(line["met"] for line in lines))


if __name__ == "__main__":
    main()
