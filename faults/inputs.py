"""Senseless input: on the command line, as given numbers, in network files and in formulas.

Each case is made by chance (hypothesis); what comes has to be a result or one line, and soon.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import chdir
from functools import cache
from pathlib import Path
from time import perf_counter

import click
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from backprop_sheet.checker.excel import NotArithmetic, read
from backprop_sheet.checker.references import pattern
from backprop_sheet.cli import cli
from backprop_sheet.errors import InputError
from backprop_sheet.formula import parse
from backprop_sheet.network.file import KEYS
from faults import Line
from faults.calling import Outcome, called

CASES = {"command lines": 4_000, "--set": 3_000, "network files": 7_000, "formulas": 7_000}
"""How many of each there are at 1.0."""
MOST_SECONDS = 5.0
AT_ONCE = 500
"""Cases that hypothesis makes in one go."""


def measure(times: float) -> Iterator[Line]:
    """Try senseless input of each kind."""
    with tempfile.TemporaryDirectory() as name, chdir(name):
        for kind, cases in CASES.items():
            outcomes = tried(*TRIES[kind], max(20, round(times * cases)))
            wrong = [one for one in outcomes if one.fault or one.seconds > MOST_SECONDS]
            worst = max(one.seconds for one in outcomes)
            example = f"{wrong[0].fault or 'too slow'}: {wrong[0].said}" if wrong else ""
            yield Line(f"senseless {kind}", len(outcomes), len(wrong), worst, None, example)


def tried(
    strategy: st.SearchStrategy, attempt: Callable[[object], Outcome], cases: int
) -> list[Outcome]:
    """What comes of so many cases."""
    outcomes: list[Outcome] = []
    for number in range(0, cases, AT_ONCE):

        @seed(number)
        @settings(
            max_examples=min(AT_ONCE, cases - number),
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def one(case: object) -> None:
            outcomes.append(attempt(case))

        one()
    return outcomes


# --- values ------------------------------------------------------------------------------------

ODD = [
    *("", " ", "-", "--", "0", "-0", "1", "2", "-1", "0.5", "1e400", "-1e400", "1e-400", "1e308"),
    *("nan", "inf", "-inf", "1_0", "0x10", "1,5", "½", "٣", "1e", "True", "None", "[]", "9" * 30),
    *("9" * 5_000, "1" + "0" * 300, "w1", "w5=", "=1", "w5=1=2", "eta", "η", "∂E/∂w1", "dE/dw1"),
    *(".", "~", "*", "nowhere", "nowhere.toml", "a/b/c", "x" * 300, "x" * 5_000),
    *("a\nb", "a\tb", "\x1b[31m", "\u202etxt.exe", "\ud800", "🙂", "%s%n", "{}", "{0.__class__}"),
    *("xor", "iris", "original", "csv", "json", "text", "out.csv", "out.md", "out.tex", "out.toml"),
]
"""Values that options seldom take."""
odd = st.one_of(st.sampled_from(ODD), st.text(st.characters(exclude_characters="\0"), max_size=20))
numbers = st.one_of(st.floats(), st.integers(), st.sampled_from([2**63, 10**400, -(10**30)]))


# --- command lines -----------------------------------------------------------------------------


@cache
def commands() -> dict[str, list[click.Parameter]]:
    """Every command's options and arguments, those of a group after its name."""
    found: dict[str, list[click.Parameter]] = {}

    def look(words: str, command: click.Command) -> None:
        found[words] = command.params
        if isinstance(command, click.Group) and words != "mnist":  # it wants another half minute
            context = click.Context(command)
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                if inner:
                    look(f"{words} {name}".strip(), inner)

    look("", cli)
    return found


@st.composite
def _command_line(draw: st.DrawFn) -> list[str]:
    words = draw(st.sampled_from(sorted(commands())))
    line = words.split()
    for option in draw(st.lists(st.sampled_from(commands()[words] or [None]), max_size=4)):
        if option is None:
            continue
        if isinstance(option, click.Argument):
            line.append(draw(odd))
        else:
            line.append(option.opts[0])
            if not getattr(option, "is_flag", False):
                line.append(draw(odd))
    if draw(st.integers(0, 9)) == 0:
        line.append(draw(odd))
    return line


# --- given numbers -----------------------------------------------------------------------------

NAMES = ["w1", "w8", "w9", "eta", "t1", "i2", "h1", "E1", "epoch", "", " w1 ", "W1", "__class__"]


@st.composite
def _assignment(draw: st.DrawFn) -> list[str]:
    line = [draw(st.sampled_from(["table", "explain"])), "--epochs", "3"]
    for _ in range(draw(st.integers(1, 3))):
        value = draw(st.one_of(odd, numbers.map(repr)))
        line += ["--set", f"{draw(st.one_of(st.sampled_from(NAMES), odd))}={value}"]
    rate = draw(st.one_of(st.none(), odd, numbers.map(repr)))
    return line if rate is None else [*line, "--lr", rate]


# --- network files -----------------------------------------------------------------------------

words = st.sampled_from(
    [
        *("sigmoid", "tanh", "relu", "softmax", "identity", "leaky relu", "half squared"),
        *("mean squared", "binary cross-entropy", "cross-entropy", "none", "layer", "neuron"),
        *("online", "batch", "uniform", "xavier", "he", "adam", "momentum", "nesterov", "rmsprop"),
        *("step", "cosine", "1/t", "exponential", "../iris.csv", "/etc/passwd", "n.toml", "\0"),
        *("samples.csv", "\u202e", "NUL", "x" * 1_000),
    ]
)
scalars = st.one_of(words, odd, numbers, st.booleans())
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(["name", "mu", "gamma", "every", "warmup", "x"]), inner)
    ),
    max_leaves=8,
)
layers = st.lists(st.integers(1, 4), min_size=2, max_size=4)


@st.composite
def _content(draw: st.DrawFn) -> bytes:
    """The text of a network file: most keys make sense, one or two do not."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.one_of(st.binary(max_size=200), st.sampled_from(HUGE)))
    sizes = draw(layers)
    content: dict[str, object] = {"layers": sizes}
    content["inputs"] = [[0.5] * sizes[0]] * draw(st.integers(1, 3))
    content["targets"] = [[0.5] * sizes[-1]] * len(content["inputs"])
    for key in draw(st.lists(st.sampled_from([*KEYS, "unknown"]), max_size=3)):
        content[key] = draw(st.one_of(words, values))
    text = "\n".join(f"{key} = {_toml(value)}" for key, value in content.items())
    return text.encode("utf-8", "surrogatepass")


HUGE = [
    *(b"layers = " + b"[" * 50_000, b"a." * 50_000 + b"b = 1", b"eta = " + b"9" * 50_000),
    *(b"eta = 1e400", b"eta = nan", b"epochs = 9223372036854775808", b'"" = 1', b"layers = [0, 0]"),
    *(b"layers = [1, 999999999999]", b"layers = [200, 200, 200]", b"epochs = 1" + b"0" * 30),
    *(b"\xff\xfel\0", b"\xef\xbb\xbflayers = [2, 2]", b"x = 1\n" * 100_000, b"\0" * 100),
    *(b"eta = 1979-05-27T07:32:00Z", b"[[layers]]\n" * 100, b"x" * 6_000_000),
]


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            escaped = "".join(f"\\U{ord(c):08x}" if c < " " or c in '"\\\x7f' else c for c in value)
            return f'"{escaped}"'
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case dict():
            return f"{{{', '.join(f'{key} = {_toml(one)}' for key, one in value.items())}}}"
    return repr(value)


def _network_file(content: object) -> Outcome:
    Path("n.toml").write_bytes(content)  # type: ignore[arg-type]
    command = ["table", "explain", "table", "check"][len(content) % 4]  # type: ignore[arg-type]
    if command == "check":
        return called(["check", "n.toml", "--network", "n.toml"])
    return called(
        [command, "--network", "n.toml", *(["--epochs", "2"] if command == "table" else [])]
    )


# --- formulas ----------------------------------------------------------------------------------

PIECES = [
    *(
        "A1",
        "$A$1",
        "A1:B2",
        "XFD1048576",
        "A1:XFD1048576",
        "ZZZ99999999",
        "S!A1",
        "'a b'!A1",
        "h1",
    ),
    *(
        "+",
        "-",
        "*",
        "/",
        "^",
        "%",
        "(",
        ")",
        ",",
        ";",
        " ",
        "=",
        "<",
        ">=",
        "&",
        ":",
        "!",
        "**",
        ".",
    ),
    *("SUM(", "EXP(", "POWER(", "IF(", "SUMPRODUCT(", "MAX(", "PI()", "NOW()", "__import__("),
    *(
        "1",
        "0",
        "2",
        "1e999",
        "9" * 400,
        "1E-5",
        '"a"',
        '"',
        "#REF!",
        "{1,2}",
        "[1]",
        "\n",
        "η",
        "\ud800",
    ),
    *("exp(", "log(", "where(", "lambda: ", "x if y else z", "a.b", "a[0]", "'", "\\", "é"),
]
LONG = [
    "(" * 10_000,
    "-" * 10_000 + "1",
    "1" + "+1" * 200_000,
    "EXP(" * 5_000,
    "A1:" * 5_000,
    "^1" * 900,
]
formulas = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
    st.text(max_size=40),
    st.sampled_from(LONG),
)


def _formula(text: object) -> Outcome:
    """Read in both of the languages that formulas are read in."""
    begin, fault = perf_counter(), ""
    for language in (parse, read, lambda one: pattern(one, 3)):
        try:
            language(str(text))
        except NotArithmetic:
            pass
        except InputError as error:
            if "\n" in str(error) and len(str(error).splitlines()) > 1:
                fault = f"several lines: {error!r}"[:200]
        except BaseException as error:  # noqa: BLE001 - any other is what is looked for
            fault = f"{type(error).__name__}: {error}"[:200]
    return Outcome(perf_counter() - begin, repr(text)[:200], fault)


TRIES: dict[str, tuple[st.SearchStrategy, Callable[[object], Outcome]]] = {
    "command lines": (_command_line(), called),  # type: ignore[arg-type]
    "--set": (_assignment(), called),  # type: ignore[arg-type]
    "network files": (_content(), _network_file),
    "formulas": (formulas, _formula),
}
"""How a case of each kind is made, and tried."""
