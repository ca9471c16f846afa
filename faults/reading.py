"""Workbooks that are damaged, and workbooks that are made to do harm.

Each goes into every command that reads one, in processes whose memory and time are watched: what
comes has to be a verdict or one line.
"""

import io
import multiprocessing
import os
import random
import re
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import monotonic

from faults import Line
from faults.calling import Outcome, called
from faults.hostile import KINDS, Maker

DAMAGED = 2_000
"""Workbooks that are damaged, at 1.0."""
LOT = 25
"""Workbooks that one process reads: what it takes at most is that of the worst of them."""
MOST_SECONDS, MOST_MEMORY = 10.0, 300.0
"""What one may take: seconds, and MB."""
WORKBOOKS = "BACKPROP_SHEET_WORKBOOKS"
Damage = Callable[[dict[str, bytes], random.Random], dict[str, bytes]]


def measure(times: float) -> Iterator[Line]:
    """Go through damaged workbooks, then through hostile ones of each kind."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = own_workbooks(folder / "own") + others()
        count = max(len(DAMAGES), round(times * DAMAGED))
        for command in COMMANDS:
            yield _damaged(command, sources, count // len(COMMANDS), folder)
        for command in COMMANDS:
            yield _hostile(command, folder, KINDS)


def own_workbooks(folder: Path) -> list[Path]:
    """Workbooks that the program itself writes: several networks, several tabs, shared by all."""
    folder.mkdir()
    calls = [
        ["run", "--epochs", "12"],
        ["run", "--network", "xor", "--epochs", "4"],
        ["run", "--network", "adam", "--epochs", "6"],
        ["compare", "--lr", "0.5", "--lr", "2", "--epochs", "8"],
    ]
    for number, arguments in enumerate(calls):
        called([*arguments, "--no-plot", "--output", str(folder / str(number))])
    return sorted(folder.rglob("*.xlsx"))


def others() -> list[Path]:
    """Workbooks that people made, if there are any."""
    folder = os.environ.get(WORKBOOKS)
    return sorted(Path(folder).glob("*.xlsx")) if folder else []


# --- commands --------------------------------------------------------------------------------


def check(path: Path) -> list[str]:
    """Judged, and marked copies written."""
    return ["check", str(path), "--annotate", str(path.parent / "marked")]


def look(path: Path) -> list[str]:
    """Taken as a look."""
    target = str(path.parent / "looked")
    return ["run", "--epochs", "3", "--no-plot", "--output", target, "--look", str(path)]


COMMANDS = {"check": check, "--look": look}


# --- damage ----------------------------------------------------------------------------------


def _one(parts: dict[str, bytes], chance: random.Random) -> str:
    """A part; those that are read first are hit most often."""
    known = [n for n in parts if re.search(r"sheet\d|workbook|styles|shared|theme|rels|Types", n)]
    return chance.choice(known or list(parts))


def _attribute(parts: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    return _with_extreme(rb'="([^"]*)"', parts, chance)


def _text(parts: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    return _with_extreme(rb">([^<]+)<", parts, chance)


def _with_extreme(
    pattern: bytes, parts: dict[str, bytes], chance: random.Random
) -> dict[str, bytes]:
    """One of the places that a pattern finds in a part, with an extreme value in it."""
    name = _one(parts, chance)
    found = list(re.finditer(pattern, parts[name]))
    if not found:
        return parts
    at = chance.choice(found)
    extreme = chance.choice(EXTREMES)
    return parts | {name: parts[name][: at.start(1)] + extreme + parts[name][at.end(1) :]}


def _cut(parts: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    name = _one(parts, chance)
    return parts | {name: parts[name][: chance.randrange(len(parts[name]) + 1)]}


def _element(parts: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    """An element renamed, taken out, or put in twice."""
    name = _one(parts, chance)
    found = list(re.finditer(rb"<(\w+)[^<>]*>", parts[name]))
    if not found:
        return parts
    at = chance.choice(found)
    new = chance.choice([b"", at[0] * 2, at[0].replace(at[1], b"other"), b"<c>", b"</row>"])
    return parts | {name: parts[name][: at.start()] + new + parts[name][at.end() :]}


def _swapped(parts: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    one, other = _one(parts, chance), _one(parts, chance)
    return parts | {one: parts[other], other: parts[one]}


def _without(parts: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    gone = _one(parts, chance)
    return {name: data for name, data in parts.items() if name != gone}


def _renamed(parts: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    old = _one(parts, chance)
    new = chance.choice(["../" + old, "/" + old, old.upper(), old + "x", "xl/other.xml", "a\\b"])
    return {new if name == old else name: data for name, data in parts.items()}


def _bits(parts: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    name = _one(parts, chance)
    data = bytearray(parts[name])
    for _ in range(chance.randint(1, 5) if data else 0):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return parts | {name: bytes(data)}


EXTREMES = [
    *(b"", b"-1", b"0", b"1.5", b"16385", b"99999999999999999999", b"1e400", b"-1e308", b"nan"),
    *(b"inf", b"true", b"A1:XFD1048576", b"XFD1048576", b"ZZZ9", b"#REF!", b"=1+1", b"x" * 40_000),
    *(b"../../etc/passwd", b"file:///etc/passwd", b"http://127.0.0.1:9/x"),
    *(b"&#0;", b"&x;", b"\xff\xfe", b"\xe2\x80\xae"),
]
DAMAGES: list[Damage] = [
    *(_attribute, _attribute, _text, _text, _element, _cut, _swapped, _without, _renamed, _bits),
]


def damaged(source: Path, chance: random.Random) -> bytes:
    """A workbook with something in it that should not be: a part of it, or the archive."""
    if chance.random() < 0.15:  # noqa: PLR2004
        return _broken_archive(source.read_bytes(), chance)
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(chance.choice([1, 1, 1, 3])):
        parts = chance.choice(DAMAGES)(parts, chance)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return content.getvalue()


def _broken_archive(data: bytes, chance: random.Random) -> bytes:
    """Bits flipped anywhere, most often in the directory; or the end, or a piece, is missing."""
    if chance.random() < 0.3:  # noqa: PLR2004
        return data[: chance.randrange(len(data))] + data[len(data) - chance.randrange(2000) :]
    changed = bytearray(data)
    first = max(0, data.rfind(b"PK\x01\x02") - 1000) if chance.random() < 0.7 else 0  # noqa: PLR2004
    for _ in range(chance.randint(1, 6)):
        changed[chance.randrange(first, len(data))] ^= 1 << chance.randrange(8)
    return bytes(changed)


# --- watching --------------------------------------------------------------------------------


def _damaged(command: str, sources: list[Path], count: int, folder: Path) -> Line:
    seeds = range(count)
    lots = [seeds[at : at + LOT] for at in range(0, count, LOT)]
    outcomes, memory = [], 0.0
    for lot in lots:
        some, most = watched(_lot, command, sources, lot, folder)
        outcomes += some
        if most > MOST_MEMORY:
            outcomes[-1] = outcomes[-1]._replace(fault=f"{most:.0f} MB in this lot")
        memory = max(memory, most)
    return _line(f"damaged workbooks, {command}", outcomes, memory)


def _lot(command: str, sources: list[Path], seeds: range, folder: Path) -> list[Outcome]:
    outcomes = []
    for seed in seeds:
        chance = random.Random(f"{command} {seed}")
        path = folder / f"damaged{os.getpid()}.xlsx"
        path.write_bytes(damaged(chance.choice(sources), chance))
        outcome = called(COMMANDS[command](path))
        outcomes.append(outcome._replace(said=f"seed {seed}: {outcome.said}"))
    return outcomes


def _hostile(command: str, folder: Path, kinds: Mapping[str, Maker]) -> Line:
    outcomes, memory = [], 0.0
    for kind, make in kinds.items():
        path = folder / "hostile.xlsx"
        make(path)
        (outcome,), most = watched(_one_call, COMMANDS[command](path))
        path.unlink()
        if most > MOST_MEMORY:
            outcome = outcome._replace(fault=f"{most:.0f} MB")
        outcomes.append(outcome._replace(said=f"{kind}: {outcome.said}"))
        memory = max(memory, most)
    return _line(f"hostile workbooks, {command}", outcomes, memory)


def _one_call(arguments: list[str]) -> list[Outcome]:
    return [called(arguments)]


def _line(name: str, outcomes: list[Outcome], memory: float) -> Line:
    slow = [one for one in outcomes if one.seconds > MOST_SECONDS]
    wrong = [one for one in outcomes if one.fault] + slow
    worst = max((one.seconds for one in outcomes), default=0.0)
    example = f"{wrong[0].fault or 'too slow'}: {wrong[0].said}" if wrong else ""
    return Line(name, len(outcomes), len(wrong), worst, memory, example)


def watched(work: Callable[..., list[Outcome]], *arguments: object) -> tuple[list[Outcome], float]:
    """What work gives, done in a process of its own; and the most memory in MB that it takes."""
    start = multiprocessing.get_context("spawn")
    ours, theirs = start.Pipe()
    process = start.Process(target=_work, args=(theirs, work, arguments))
    begin = monotonic()
    process.start()
    theirs.close()
    try:
        result: tuple[list[Outcome], float] = ours.recv()
    except EOFError:
        result = [Outcome(monotonic() - begin, str(arguments)[-300:], "the process ended")], 0.0
    process.join()
    return result


def _work(pipe: object, work: Callable[..., list[Outcome]], arguments: tuple[object, ...]) -> None:
    pipe.send((work(*arguments), peak()))  # type: ignore[attr-defined]


def peak() -> float:
    """The most memory in MB that this process, or one it started, has taken; 0 if unknown."""
    try:
        import resource
    except ImportError:
        return 0.0
    unit = 1e6 if sys.platform == "darwin" else 1e3
    started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit
    status = Path("/proc/self/status")  # where there is none, what started this one counts as well
    if not status.exists():
        return max(started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)
    own = re.search(r"VmHWM:\s*(\d+)", status.read_text(encoding="ascii", errors="replace"))
    return max(started, int(own[1]) / unit if own else 0.0)
