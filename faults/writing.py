"""Writing that goes wrong: killed, interrupted, without room, without a folder, two at once."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from random import Random
from shutil import which
from tempfile import TemporaryDirectory
from threading import Thread
from time import perf_counter, sleep

from backprop_sheet import InputError, load, tabulate, write_workbook
from backprop_sheet.files import DRAFT
from faults import Line
from faults.commands import (
    COMMANDS,
    NOBODY,
    VARIANTS,
    WRITING,
    Files,
    everything,
    finish,
    homework,
    start,
    words,
    written,
)

KILLS, FULL, BROKEN, INTERRUPTS, PAIRS = 300, 20, 10, 150, 50
"""Cases in full: kills; disks and moments of each command; times Ctrl-C is pressed; pairs."""
PAGE = 4096
"""Bytes in which a file system of memory is counted."""
SLACK = 1.05
"""How much longer than usual writing may take and still be killed."""


class Place:
    """A folder in which a command has run, and what its variants write there."""

    def __init__(self, root: Path, name: str) -> None:
        """Run both variants, the first one last."""
        root.mkdir(exist_ok=True)
        self.root, self.name, self._homework = root, name, {v: homework(v) for v in VARIANTS}
        self.whole: list[Files] = []
        self.span = 0.0
        for variant in (*VARIANTS, VARIANTS[0]):
            self.prepare(variant)
            process, pipe = start(root, words(name, variant))
            assert pipe.recv() == WRITING
            begin = perf_counter()
            code, said = finish(process, pipe)
            assert code < 2, said  # noqa: PLR2004 - 1 is what check says of a wrong workbook
            self.span = perf_counter() - begin
            self.whole.append(written(self.out))
        assert self.whole[0] == self.whole[2] != self.whole[1], "the same bytes, and others"

    @property
    def out(self) -> Path:
        """Where the command writes."""
        return self.root / "out"

    def prepare(self, variant: int) -> None:
        """Put there what a variant reads."""
        (self.root / "homework.xlsx").write_bytes(self._homework[variant])

    def restore(self, folder: Path) -> None:
        """Put the first variant's files into a folder."""
        for name, data in self.whole[0].items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)

    def mistakes(self, folder: Path) -> str:
        """What is wrong with the files there: one that is neither variant's, or one too many."""
        there = written(folder)
        for name in self.whole[0].keys() | there.keys():
            if there.get(name, b"") not in [files.get(name) for files in self.whole[:2]]:
                return f"{self.name}: {name} is neither old nor new"
        return ""


def measure(times: float, names: Iterable[str] = tuple(COMMANDS)) -> Iterator[Line]:
    """All faults of writing; `times` scales the number of cases, `names` are the commands."""
    with TemporaryDirectory() as folder:
        places = [Place(Path(folder) / name, name) for name in names]
        yield from _measure(places, times, Random(20))


def _measure(places: list[Place], times: float, chance: Random) -> Iterator[Line]:
    for place in places:
        yield killed(place, max(2, round(KILLS / len(COMMANDS) * times)), chance)
    for what, case, number in (
        ("no room: a full file system", on_full_disk, FULL),
        ("no room: a limit to files", at_limit, FULL),
        ("no room: told when a draft is opened or renamed", injected, BROKEN),
        ("the folder vanishes", vanishing, BROKEN),
        ("the permission is taken away", forbidden, BROKEN),
    ):
        if line := in_each(places, what, case, max(1, round(number * times)), chance):
            yield line
    yield at_once(max(1, round(PAIRS * times)))
    yield threads(max(1, round(PAIRS * times)))
    for place in places if os.name == "posix" else ():
        yield interrupted(place, max(2, round(INTERRUPTS / len(COMMANDS) * times)), chance)


def killed(place: Place, kills: int, chance: Random) -> Line:
    """Kill a command at random moments of its writing: every file is the old or the new one."""
    failures: list[str] = []
    done = drafts = 0
    for turn in count(1):
        if done == kills:
            break
        variant = VARIANTS[turn % 2]
        place.prepare(variant)
        process, pipe = start(place.root, words(place.name, variant))
        pipe.recv()
        sleep(chance.uniform(0, place.span * SLACK))
        late = pipe.poll() and pipe.recv() != WRITING
        process.kill()
        process.join()
        pipe.close()
        if late:  # it had ended: no case
            continue
        done += 1
        there = everything(place.out)
        drafts += any(name.endswith(DRAFT) for name in there)
        if mistake := place.mistakes(place.out):
            failures.append(mistake)
    finish(*start(place.root, words(place.name, variant)))
    if everything(place.out) != place.whole[VARIANTS.index(variant)]:
        failures.append(f"{place.name}: {sorted(everything(place.out))} after the next run")
    name = f"killed while {place.name} writes ({drafts} left a draft)"
    return Line(name, done, len(failures), example="; ".join(failures[:1]))


Case = Callable[[Place, Random], str | None]


def in_each(places: list[Place], what: str, case: Case, number: int, chance: Random) -> Line | None:
    """A fault in every command: one line, exit code 2, every file whole, no draft."""
    failures: list[str] = []
    tried = 0
    for place in places:
        for _ in range(number):
            place.restore(place.out)
            place.prepare(VARIANTS[1])
            outcome = case(place, chance)
            if outcome is None:  # cannot be done here
                return None
            tried += 1
            if outcome:
                failures.append(f"{place.name}: {outcome}")
    return Line(what, tried, len(failures), example="; ".join(failures[:1]))


def outcome(place: Place, folder: Path, code: int, said: str, *, drafts: bool = False) -> str:
    """What is wrong about how a command took a fault; nothing if it did as it should."""
    lines = [line for line in said.splitlines() if line.startswith("Error: ")]
    if code != 2 or len(lines) != 1 or "Traceback" in said:  # noqa: PLR2004
        return f"exit code {code}: {said!r}"
    if not drafts and (left := [n for n in everything(folder) if n.endswith(DRAFT)]):
        return f"{left} is left"
    return place.mistakes(folder)


@contextmanager
def disk(folder: Path, size: int) -> Iterator[bool]:
    """A small file system of memory in a folder; whether there may be one."""
    folder.mkdir(exist_ok=True)
    line = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    root = sys.platform == "linux" and os.geteuid() == 0 and which("mount")
    made = bool(root) and not subprocess.run(line, check=False, capture_output=True).returncode
    try:
        yield made
    finally:
        if made:
            subprocess.run(["umount", folder], check=True)


def on_full_disk(place: Place, chance: Random) -> str | None:
    """A disk on which the old files have room, and of the new ones a part."""
    old = place.whole[0]
    needed = max(1, sum(-(-len(data) // PAGE) for data in old.values()))
    largest = max(len(data) for data in place.whole[1].values()) // PAGE
    aside = place.root / "aside"
    with disk(aside, (needed + chance.randrange(max(1, largest))) * PAGE) as made:
        if not made:
            return None
        place.restore(aside)
        line = [word.replace("out", "aside", 1) if word.startswith("out") else word
                for word in words(place.name, VARIANTS[1])]  # fmt: skip
        code, said = finish(*start(place.root, line))
        return outcome(place, aside, code, said)


def at_limit(place: Place, chance: Random) -> str | None:
    """The system refuses to let a file grow beyond a size."""
    if os.name != "posix":
        return None
    largest = max(len(data) for data in place.whole[1].values())
    code, said = finish(*start(place.root, words(place.name, VARIANTS[1]), "limit",
                               chance.randrange(largest)))  # fmt: skip
    return outcome(place, place.out, code, said)


def injected(place: Place, chance: Random) -> str | None:
    """There is no room when a draft is opened or put in its place."""
    code, said = finish(*start(place.root, words(place.name, VARIANTS[1]), "injected",
                               _moment(place, chance)))  # fmt: skip
    return outcome(place, place.out, code, said)


def vanishing(place: Place, chance: Random) -> str | None:
    """The folder is moved away while a file is written: the old files are whole in it."""
    if os.name != "posix":  # Windows moves no folder with an open file
        return None
    code, said = finish(*start(place.root, words(place.name, VARIANTS[1]), "folder",
                               _moment(place, chance)))  # fmt: skip
    try:
        return outcome(place, place.root / "gone", code, said, drafts=True)
    finally:
        with suppress(OSError):  # what failed may have left a folder
            place.out.rmdir()
        (place.root / "gone").rename(place.out)
        for draft in place.out.rglob(f".*{DRAFT}"):  # nobody could reach it there
            draft.unlink()


def forbidden(place: Place, chance: Random) -> str | None:
    """The folder takes no files any more while one is written."""
    if os.name != "posix":
        return None
    folders = [place.root, place.out, place.out / "marked"]
    for path in [*folders, *place.out.rglob("*")]:
        if os.geteuid() == 0 and path.exists():
            os.chown(path, NOBODY, NOBODY)
    code, said = finish(*start(place.root, words(place.name, VARIANTS[1]), "permission",
                               _moment(place, chance)))  # fmt: skip
    for path in folders:
        if path.exists():
            path.chmod(0o700)
    found = outcome(place, place.out, code, said, drafts=True)
    finish(*start(place.root, words(place.name, VARIANTS[1])))
    left = [name for name in everything(place.out) if name.endswith(DRAFT)]
    return found or (f"{left} is left" if left else "")


def _moment(place: Place, chance: Random) -> int:
    """A step of the writing: each file's draft is opened, and renamed."""
    return chance.randint(1, 2 * len(place.whole[1]))


def at_once(pairs: int) -> Line:
    """Two runs at once into one folder: each file is one of theirs, and whole."""
    failures = []
    with TemporaryDirectory() as folder:
        place = Place(Path(folder), "run")
        for _ in range(pairs):
            both = [start(place.root, words("run", variant)) for variant in VARIANTS]
            codes = [finish(*one) for one in both]
            left = len(everything(place.out)) - len(place.whole[0])
            if mistake := place.mistakes(place.out) or (left and "a draft is left"):
                failures.append(mistake)
            elif [code for code, _ in codes] != [0, 0]:
                failures.append(str(codes))
    return Line("two runs at once into one folder", pairs, len(failures),
                example="; ".join(failures[:1]))  # fmt: skip


def threads(times: int) -> Line:
    """Four threads at once write to one name: the workbook is one of theirs, and whole."""
    network = load()
    frames = [tabulate(network, epochs) for epochs in (2, 3, 4, 5)]
    failures: list[str] = []
    with TemporaryDirectory() as folder:
        book = Path(folder) / "book.xlsx"
        whole = [write_workbook(network, frame, book).read_bytes() for frame in frames]

        def write(number: int) -> None:
            try:
                write_workbook(network, frames[number], book)
            except InputError as error:
                failures.append(str(error))

        for _ in range(times):
            writers = [Thread(target=write, args=(number,)) for number in range(len(frames))]
            for writer in writers:
                writer.start()
            for writer in writers:
                writer.join()
            if book.read_bytes() not in whole or len(everything(Path(folder))) > 1:
                failures.append("the workbook is none of theirs, or a draft is left")
    return Line("four threads at once to one name", times, len(failures),
                example="; ".join(failures[:1]))  # fmt: skip


MAIN = (
    "import os, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from backprop_sheet.__main__ import main; os.write(1, b'.'); main()"
)
"""The program, which says when it begins; Ctrl-C reaches it even where the caller ignores it."""


def interrupted(place: Place, times: int, chance: Random) -> Line:
    """Ctrl-C from the program's first line on: exit code 130, one line, every file whole."""
    failures: list[str] = []
    hits, worst = 0, 0.0
    place.prepare(VARIANTS[0])
    life = min(_interrupt(place, None)[2] for _ in range(3))
    while hits < times:
        code, said, seconds = _interrupt(place, chance.uniform(0, life))
        if "Error" not in said and code < 2:  # noqa: PLR2004 - it was done before
            continue
        hits, worst = hits + 1, max(worst, seconds)
        left = [name for name in everything(place.out) if name.endswith(DRAFT)]
        if (code, said) != (130, "Error: interrupted\n") or left:
            failures.append(f"exit code {code}: {said!r} {left or ''}")
        elif mistake := place.mistakes(place.out):
            failures.append(mistake)
    return Line(f"Ctrl-C while {place.name} runs", hits, len(failures), worst,
                example="; ".join(failures[:1]))  # fmt: skip


def _interrupt(place: Place, after: float | None) -> tuple[int, str, float]:
    """Run a command, and press Ctrl-C after so many seconds, or never.

    Returns:
        Its exit code, what it said, and the seconds from Ctrl-C, or its start, to its end.
    """
    line = [sys.executable, "-c", MAIN, *words(place.name, VARIANTS[0])]
    running = subprocess.Popen(
        line, cwd=place.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    assert running.stdout, "it is a pipe"
    running.stdout.read(1)
    begin = perf_counter()
    try:
        _, said = running.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        begin = perf_counter()
        running.send_signal(signal.SIGINT)
        _, said = running.communicate()
    return running.returncode, said.lstrip("\n"), perf_counter() - begin
