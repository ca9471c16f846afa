"""Tests what people install, on every Python of this machine, with the newest and oldest libraries.

    python -m tools.systems                       # all of them; needs .[systems]
    python -m tools.systems --python 3.12 --libraries oldest --without-extras
    python -m tools.systems -- -k table           # what follows -- is pytest's

The source distribution is built once, and the wheel from it; a wheel built from the checkout must
be the same. The tests are those of the source distribution, in a folder without the package, so
what they import is the installed wheel. The oldest libraries are the lowest versions that
`pyproject.toml` admits and that have a wheel for that Python.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PACKAGE = PROJECT["name"].replace("-", "_")
PYTHONS = [
    line.rpartition(" ")[2]
    for line in PROJECT["classifiers"]
    if re.fullmatch(r"Programming Language :: Python :: 3\.\d+", line)
]
"""The versions that the project says it works with."""
EXTRAS = ("parquet", "recalc")
"""What a user may leave out; `torch` is tested where --torch asks for it, as it is large."""
LIBRARIES = ("newest", "oldest")
EVERYDAY = ("-m", "not slow", "-q", "-n", "auto", "--dist", "worksteal", "-p", "no:cacheprovider")
OUTCOME = re.compile(r"(\d+) (passed|skipped|failed|errors?)\b")


@dataclass(frozen=True)
class System:
    """A Python, and what is installed beside the wheel."""

    python: str
    libraries: str
    extras: tuple[str, ...]

    def __str__(self) -> str:
        """How the report calls it."""
        extras = ", ".join(self.extras) or "no extras"
        return f"Python {self.python}, {self.libraries} libraries, {extras}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Test every system that is asked for; gives the exit code."""
    chosen = _chosen(arguments)
    systems = list(_systems(chosen))
    if not systems:
        print(f"no Python of {', '.join(chosen.python)} is on this machine")
        return 1
    with tempfile.TemporaryDirectory(prefix="systems-") as folder:
        wheel, source = built(Path(folder), chosen.dist)
        results = []
        for number, system in enumerate(systems):
            begin = perf_counter()
            told = tried(system, wheel, source, Path(folder) / str(number), chosen.pytest)
            line = f"{system}: {told} in {perf_counter() - begin:.0f} s"
            print(line, flush=True)
            results.append((line, told))
    print("", *(line for line, _ in results), sep="\n")
    return int(any(not is_good(told) for _, told in results))


def _chosen(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools.systems",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--python", action="append", metavar="VERSION|PATH", help="may be repeated")
    parser.add_argument("--libraries", action="append", choices=LIBRARIES)
    parser.add_argument("--without-extras", action="store_true", help="only without the extras")
    parser.add_argument("--with-extras", action="store_true", help="only with the extras")
    parser.add_argument("--torch", action="store_true", help="count torch among the extras")
    parser.add_argument("--dist", type=Path, help="test what this folder holds, build nothing")
    parser.add_argument("pytest", nargs="*", help="arguments of pytest, after --")
    chosen = parser.parse_args(arguments)
    chosen.python = chosen.python or PYTHONS
    chosen.libraries = chosen.libraries or LIBRARIES
    return chosen


def _systems(chosen: argparse.Namespace) -> Iterator[System]:
    """The systems that are asked for and that this machine has."""
    extras = (*EXTRAS, "torch") if chosen.torch else EXTRAS
    sets = [extras] * (not chosen.without_extras) + [()] * (not chosen.with_extras)
    for python in chosen.python:
        if not is_here(python):
            print(f"Python {python}: not on this machine, left out")
            continue
        for libraries in chosen.libraries:
            yield from (System(python, libraries, those) for those in sets)


def is_here(python: str) -> bool:
    """Whether this machine has a Python, by its version or path."""
    found = _uv("python", "find", "--no-project", "--no-python-downloads", python, check=False)
    return found.returncode == 0


def built(folder: Path, dist: Path | None = None) -> tuple[Path, Path]:
    """Build the distributions.

    Args:
        folder: where to put them.
        dist: a folder that holds them already, to test what will be published and nothing else.

    Returns:
        the wheel, and the folder with the source distribution's files, but for the package.

    Raises:
        SystemExit: the wheel of the source distribution is not that of the checkout.
    """
    if dist is None:
        dist = folder / "dist"
        _uv("build", "--quiet", "--out-dir", dist, ROOT)  # the wheel from the source distribution
    _uv("build", "--quiet", "--wheel", "--out-dir", folder / "direct", ROOT)
    (archive,) = dist.resolve().glob("*.tar.gz")
    (wheel,) = dist.resolve().glob("*.whl")
    (direct,) = (folder / "direct").glob("*.whl")
    if wheel.read_bytes() != direct.read_bytes():
        raise SystemExit("the source distribution gives another wheel than the checkout")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    source = folder / archive.name.removesuffix(".tar.gz")
    shutil.rmtree(source / PACKAGE)
    return wheel, source


def tried(system: System, wheel: Path, source: Path, folder: Path, options: Sequence[str]) -> str:
    """Install the wheel into a new environment, run the everyday tests; tells what came of it."""
    environment = folder / "environment"
    _uv("venv", "--quiet", "--no-project", "--no-python-downloads", "--python", system.python,
        environment)  # fmt: skip
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = f"{wheel}[{','.join(system.extras)}]" if system.extras else str(wheel)
    install = ["pip", "install", "--quiet", "--python", python, wanted, *tools(system.extras)]
    if system.libraries == "oldest":
        bounds = folder / "oldest.txt"
        bounds.write_text("\n".join(oldest(python, system.extras)), encoding="utf-8")
        install += ["--constraint", bounds]
    done = _uv(*install, check=False)
    if done.returncode:
        return f"not installed: {done.stderr.strip()}"
    home = _run(python, "-P", "-c", f"import {PACKAGE}; print({PACKAGE}.__file__)", cwd=source)
    if not Path(home.stdout.strip()).is_relative_to(environment):
        return f"another package was found: {home.stdout or home.stderr}"
    run = _run(python, "-m", "pytest", *EVERYDAY, *options, cwd=source)
    found = OUTCOME.findall(run.stdout.strip().rpartition("\n")[2])
    if run.returncode:
        print(run.stdout[-6000:], run.stderr[-2000:], sep="\n", file=sys.stderr)
    return ", ".join(" ".join(pair) for pair in found) or f"pytest ended with {run.returncode}"


def is_good(told: str) -> bool:
    """Whether tests ran, and none failed."""
    return "passed" in told and "failed" not in told and "error" not in told


def tools(extras: Iterable[str]) -> list[str]:
    """What the tests need beside the wheel, without the packages of extras that are left out."""
    optional = PROJECT["optional-dependencies"]
    absent = {name(line) for extra in EXTRAS if extra not in extras for line in optional[extra]}
    return [line for line in optional["test"] if name(line) not in absent]


def oldest(python: Path, extras: Iterable[str]) -> list[str]:
    """The lowest admitted versions of what the project names, as constraints."""
    optional = PROJECT["optional-dependencies"]
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in optional[extra])]
    found = _uv("pip", "compile", "--quiet", "--no-header", "--no-annotate", "--python", python,
                "--resolution", "lowest-direct", "--only-binary", ":all:", "-",
                input="\n".join(lines)).stdout  # fmt: skip
    named = {name(line) for line in lines}
    return [line for line in found.splitlines() if name(line) in named]


def name(requirement: str) -> str:
    """The name of the package that a requirement is about, as the index spells it."""
    found = re.match(r"[\w.-]+", requirement)
    assert found, "a requirement begins with a name"
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def _uv(
    *arguments: str | Path,
    check: bool = True,
    input: str | None = None,  # noqa: A002
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        ["uv", *map(str, arguments)], check=False, capture_output=True, encoding="utf-8",
        input=input, env={**os.environ, "PATH": _path()},
    )  # fmt: skip
    if check and done.returncode:
        raise SystemExit(f"uv {arguments[0]}: {done.stderr.strip()}")
    return done


def _path() -> str:
    """Where programs are looked for: beside this Python, as usual, and in what pyenv holds.

    pyenv's own commands stand for one version at a time, so its versions are named one by one.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    versions = sorted(pyenv.glob("versions/*/bin"))
    folders = [Path(sys.executable).parent, os.environ.get("PATH", ""), *versions]
    return os.pathsep.join(map(str, folders))


def _run(python: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run Python as somebody would who has installed the wheel and has no checkout."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    for key in ("PYTHONPATH", "VIRTUAL_ENV", "BACKPROP_SHEET_REQUIRE_ALL"):
        environment.pop(key, None)
    return subprocess.run(
        [str(python), *arguments], check=False, capture_output=True, encoding="utf-8",
        errors="replace", cwd=cwd, env=environment,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
