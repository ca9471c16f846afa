"""Commands that write, each in two variants, and a process to run one in, with something amiss.

What they write lies in the folder `out` of the folder they run in.
"""

import errno
import io
import os
import re
import sys
import zipfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from backprop_sheet import load, tabulate, write_workbook
from backprop_sheet.files import DRAFT

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

Files = dict[str, bytes]
COMMANDS = {
    "run": "run --lr 0.5 --output out --epochs {}",
    "compare": "compare --lr 0.5 --lr 1 --output out --epochs {}",
    "table": "table -o out/table.csv --epochs {}",
    "explain": "explain -o out/epoch.txt --digits {}",
    "draw": "draw -o out/network.png --lr {}",
    "check": "check homework.xlsx -o out/report.csv --annotate out/marked",
}
"""Command lines; where the variant's number goes, {}."""
VARIANTS = (3, 4)
NOBODY = 65534
WRITING = b"writing"
"""What a process sends when it begins to write."""

# A server of processes that has imported everything: each of them is there at once.
_KIND = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
PROCESSES: Any = get_context(_KIND)
PROCESSES.set_forkserver_preload(
    ["faults.commands", "backprop_sheet.cli", "backprop_sheet.mnist.report",
     "backprop_sheet.plotter.curves", "backprop_sheet.plotter.drawing",
     "backprop_sheet.explainer",
     "backprop_sheet.checker.batch", "backprop_sheet.checker.report"]
)  # fmt: skip


def words(name: str, variant: int) -> list[str]:
    """The words of a command's line."""
    return COMMANDS[name].format(variant).split()


def homework(variant: int) -> bytes:
    """A workbook with a mistake: a number where a formula belongs."""
    with TemporaryDirectory() as folder:
        right = write_workbook(load(), tabulate(load(), 5), Path(folder) / "right.xlsx")
        wrong = io.BytesIO()
        with zipfile.ZipFile(right) as old, zipfile.ZipFile(wrong, "w") as new:
            for part in old.namelist():
                text = old.read(part)
                if part == "xl/worksheets/sheet1.xml":
                    there = rb'(<c r="I38"[^>]*>)<f[^>]*(?:/>|>[^<]*</f>)<v>[^<]*</v>'
                    text, count = re.subn(there, rb"\1<v>%d</v>" % variant, text)
                    assert count == 1, "the cell of a formula was found"
                new.writestr(part, text)
    return wrong.getvalue()


def written(folder: Path) -> Files:
    """The files of a folder and below, by their names, without drafts."""
    return {name: data for name, data in everything(folder).items() if not name.endswith(DRAFT)}


def everything(folder: Path) -> Files:
    """All files of a folder and below by their names."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def start(folder: Path, line: list[str], fault: str = "", number: int = 0) -> tuple[Any, Any]:
    """Start a command with something amiss; its process, and where it tells of itself."""
    here, there = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=_work, args=(str(folder), line, there, fault, number))
    process.start()
    there.close()
    return process, here


def finish(process: Any, pipe: Connection) -> tuple[int, str]:
    """Wait for a command; its exit code, and what it said to those who watch."""
    try:
        while (message := pipe.recv()) == WRITING:
            pass
    except EOFError:
        message = (-1, "it died")
    process.join()
    pipe.close()
    code, said = message
    return code, said


def _work(folder: str, line: list[str], pipe: Connection, fault: str, number: int) -> None:
    """What a process does: a command, while something goes wrong at a moment of its writing."""
    from backprop_sheet.cli import cli

    os.chdir(folder)
    _watch(pipe, FAULTS.get(fault), number)
    if fault == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (number, resource.RLIM_INFINITY))
    said, code = io.StringIO(), 0
    with redirect_stderr(said), redirect_stdout(io.StringIO()):
        try:
            cli(line)
        except SystemExit as end:
            code = int(end.code or 0)
        except BaseException as error:  # noqa: BLE001 - which would have been a traceback
            said.write(f"{type(error).__name__}: {error}\n{type(error).__name__}\n")
            code = 1
    pipe.send((code, said.getvalue()))


def _watch(pipe: Connection, fault: Callable[[], None] | None, number: int) -> None:
    """Tell of the first draft; have something go wrong when a draft is opened or put in place.

    That is, from the `number`-th time on that the writer itself opens one or renames it.
    """
    steps, told = 0, False

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal steps, told
        if event not in {"open", "os.rename"} or not str(arguments[0]).endswith(DRAFT):
            return
        if not told:
            told = True
            pipe.send(WRITING)
        if event == "os.rename" or arguments[1] is not None:
            steps += 1
            if fault and steps >= number:
                fault()

    sys.addaudithook(hook)


def _vanish() -> None:
    if not Path("gone").exists():
        Path("out").rename("gone")


def _forbid() -> None:
    for folder in (Path("out/marked"), Path("out")):
        with suppress(FileNotFoundError, PermissionError):  # done before
            folder.chmod(0o500)
    if os.geteuid() == 0:  # root may do all
        os.setegid(NOBODY)
        os.seteuid(NOBODY)


def _fill() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


FAULTS = {"folder": _vanish, "permission": _forbid, "injected": _fill}
"""What goes wrong at a moment of the writing."""
