"""The derivation with its numbers: checked by working out what it prints."""

import math
import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from backprop_sheet import Diverged, InputError, explain, load, save_explanation, tabulate
from backprop_sheet.cli import cli
from backprop_sheet.derivation import boxes
from backprop_sheet.explainer import as_latex, as_markdown, as_text
from backprop_sheet.explainer.breaking import ROW_END, rows, text_rows, width
from backprop_sheet.explainer.steps import first_equations
from backprop_sheet.formula import ONE
from backprop_sheet.network import TOTAL
from backprop_sheet.network.file import from_content

EPOCHS = (0, 1, 30, 67)


def worked_out(steps):
    """The number of a printed line's last formula, read as a person reads it.

    A line such as ∂h1/∂w1 = i1 = 0.05 has nothing to be worked out.
    """
    text = steps[-1] if steps[-2].isidentifier() else steps[-2]
    text = text.replace("²", "**2").replace("½", "(1/2)")
    assert re.fullmatch(r"[-+*/(). \de]*|.*exp.*", text), text
    return eval(text, {"__builtins__": {}, "exp": math.exp})


def printed(text):
    """The lines of an explanation as (left, sign, steps)."""
    for line in text.splitlines():
        if line.startswith("  "):
            left, sign, rest = re.fullmatch(r"  (\S+) +([=→]) (.*)", line).groups()
            yield left, sign, rest.split(" = ")


@pytest.mark.parametrize("eta", [0.1, 1.0, 2.0, 30.0])
@pytest.mark.parametrize("epoch", EPOCHS)
def test_every_line_worked_out_from_its_print_gives_the_printed_result(eta, epoch):
    explanation = explain(load().with_numbers(eta=eta), epoch)
    lines = list(printed(as_text(explanation)))
    assert len(lines) == 11 + 8 + 8 * 5
    for left, _, steps in lines:
        assert f"{worked_out(steps) + 0.0:.6g}" == steps[-1], left


@pytest.mark.parametrize("epoch", EPOCHS)
def test_results_are_those_of_the_table(epoch, frame):
    explanation = explain(load(), epoch)
    known = {f"∂E_Total/∂w{k}": f"∂E/∂w{k}" for k in range(1, 9)}
    seen = set()
    for left, sign, steps in printed(as_text(explanation)):
        column = known.get(left, left)
        if column in frame.columns:
            row = epoch + (sign == "→")  # a weight's next number stands in the next row
            if row < len(frame):
                assert steps[-1] == f"{frame.at[row, column]:.6g}", left
            seen.add(column)
    assert seen == set(frame.columns) - {"t1", "t2", "i1", "i2"}


@pytest.mark.parametrize("epoch", EPOCHS)
def test_products_of_factors_are_the_gradients(epoch, frame):
    explanation = explain(load(), epoch)
    weights = {section.title: section for section in explanation.sections[2:]}
    assert list(weights) == [f"w{k}" for k in range(1, 9)]
    for weight, section in weights.items():
        *factors, gradient, _ = section.equations
        product = math.prod(factor.result for factor in factors)
        assert len(factors) == 3
        assert product == pytest.approx(frame.at[epoch, f"∂E/∂{weight}"], rel=1e-12)
        assert gradient.result == pytest.approx(product, rel=1e-15)


HAND_MADE = {
    "eta": 0.1,
    "epochs": 3,
    "error": "E",
    "trained": {"r": 0.5, "w": -1, "v": 2},
    "formulas": {"h": "w*3", "o": "h + v", "E": "(o - 1)**2/2 + r"},
}
"""A network whose error and sum have partials of 1."""


def hand_made(**content):
    return from_content(HAND_MADE | content, Path(), "hand-made")


def test_a_chain_leaves_out_factors_of_1_and_has_one_name_for_the_error():
    network = hand_made()
    lines = as_text(explain(network, of="w")).split("\n\nw\n")[1].splitlines()
    assert [line.split(" = -")[0].strip() for line in lines] == [
        "∂E_Total/∂o = o - 1",
        "∂h/∂w       = 3",
        "∂E_Total/∂w = ∂E_Total/∂o * ∂h/∂w",
        "w           → w - η * ∂E_Total/∂w",
    ]
    assert "∂E/" not in as_text(explain(network))


def test_of_a_chain_whose_factors_are_all_1_one_stays():
    network = hand_made(trained={"r": 0.5}, formulas={"E": "r + 2"})
    assert len(network.graph.path("r", TOTAL)) == 1
    assert "\nr\n  ∂E_Total/∂r = 1\n  r           →" in as_text(explain(network))
    assert "∂E/∂r = ∂(r + 2)/∂r = 1" in [line for box in boxes(network) for line in box.lines]


@pytest.mark.parametrize("name", ["linear", "recurrent", "lstm", "embedding"])
def test_the_factors_of_every_product_follow_each_other(name):
    """∂E_Total/∂o · ∂o/∂h · ∂h/∂w: from one factor to the next, all partials are 1."""
    network = load(name)
    chains = 0
    for weight in network.trained:
        steps = network.graph.path(weight, TOTAL)
        for (_, lower), (upper, _) in pairwise([*steps, (weight, weight)]):
            between = upper
            while between != lower:
                (user,) = network.graph.users[between]
                assert network.graph.slopes[user][between] == ONE
                between = user
        chains += len(steps) > 1
    equations = [e for section in explain(network, 1).sections[2:] for e in section.equations]
    uppers = {text.split("/")[0] for e in equations if (text := e.symbols[e.name].text)[0] == "∂"}
    assert not {"∂E", "∂E1", "∂E2", "∂E_1"} & uppers
    assert chains


def test_nothing_is_said_to_be_equal_to_itself():
    texts = as_text(explain(hand_made()))
    assert "  ∂E_Total/∂r = 1\n" in texts
    assert "\n  ∂h/∂w       = 3\n" in texts
    assert r"\frac{\partial h}{\partial w} &= 3 \\" in as_latex(explain(hand_made()))


def test_of_a_quantity_shows_only_what_leads_to_it():
    names = [left for left, _, _ in printed(as_text(explain(load(), 0, "a_h2")))]
    assert names == ["h2", "a_h2"]
    names = [left for left, _, _ in printed(as_text(explain(load(), 0, "w5")))]
    assert {"h1", "a_h1", "h2", "a_h2", "o1", "a_o1", "w5"} <= set(names)
    assert not {"o2", "a_o2", "E1", "E2", "E_Total", "∂E_Total/∂a_h1", "w6"} & set(names)
    names = [left for left, _, _ in printed(as_text(explain(load(), 0, "w1")))]
    assert {"o2", "∂E_Total/∂o1", "∂E_Total/∂o2", "∂a_h1/∂h1", "w1"} <= set(names)
    assert "∂E_Total/∂a_h2" not in names


@pytest.mark.parametrize(
    "spelling", ["w1", "∂E/∂w1", "dE/dw1", "dE_dw1", "∂E_Total/∂w1", "∂E_total/∂w1", " w1 "]
)
def test_a_gradient_may_be_named_in_several_ways(spelling):
    wanted = explain(load(), 3, "w1").sections
    assert [s.title for s in explain(load(), 3, spelling).sections] == [s.title for s in wanted]


@pytest.mark.parametrize("spelling", ["E_Total", "E_total", "E_tot"])
def test_the_error_may_be_named_in_several_ways(spelling):
    (section,) = explain(load(), 3, spelling).sections
    assert section.equations[-1].name == "E_Total"


def test_partials_and_other_cases_may_be_named_too():
    assert explain(load(), 3, "W1").of == "w1"
    assert explain(load(), 3, "A_H2").of == "a_h2"
    assert explain(load(), 3, "dE/da_h1").of == "dE_da_h1"


def test_a_given_number_has_nothing_that_leads_to_it():
    with pytest.raises(InputError, match=r"'i1' is a given number, 0.05: it is not computed"):
        explain(load(), 0, "i1")


def test_what_is_not_there_is_refused():
    with pytest.raises(
        InputError, match="'w9' is not a quantity of the sheet; the quantities are t1"
    ):
        explain(load(), 0, "w9")
    with pytest.raises(InputError, match="epoch -1: epochs are counted from 0"):
        explain(load(), -1)
    with pytest.raises(Diverged):
        explain(load().with_numbers(eta=1e7), 5)


@pytest.mark.parametrize("digits", [1, 3, 12, 17])
def test_digits_may_be_chosen(digits):
    for left, _, steps in printed(as_text(explain(load(), 30), digits)):
        assert f"{worked_out(steps) + 0.0:.{digits}g}" == steps[-1], left


def test_markdown_is_a_table_for_each_section():
    text = as_markdown(explain(load(), 0, "h1"))
    assert text.splitlines() == [
        "# Epoch 0, η = 1.0, h1",
        "",
        "## Forward pass",
        "",
        "| quantity | in symbols | with numbers | result |",
        "|---|---|---|---:|",
        "| `h1` | `w1 * i1 + w2 * i2` | `0.15 * 0.05 + 0.2 * 0.1` | `0.0275` |",
    ]


def test_latex_of_one_quantity():
    text = as_latex(explain(load(), 0, "a_h1"))
    assert r"a_{h1} &= \sigma(h_{1}) = \frac{1}{1 + \exp(-h_{1})} = " in text
    assert r"\section*{Epoch 0, $\eta$ = 1.0, $a_{h1}$}" in text


def test_squares_of_samples_side_by_side_have_brackets_in_latex():
    """LaTeX refuses a second superscript: x^{(1)}^2."""
    text = as_latex(explain(load("batchnorm"), 1))
    assert "^{(1)})^2" in text
    assert not re.search(r"\^\{[^{}]*\}\^", text)


LONG = {
    "sums": {f"x{k}": f"w*{k}.25 + v" for k in range(40)},
    "fraction": {"x0": f"w/({' + '.join(f'exp(v*{k}.5)' for k in range(1, 7))})"},
    "root": {"x0": f"sqrt({' + '.join(f'(w - v*{k}.125)**2' for k in range(1, 7))})"},
    "cases": {"x0": f"where(v, {' + '.join(f'v*{k}.125' for k in range(1, 15))}, w)"},
    "greatest": {"x0": f"max({'max(' * 9}w*v, {', '.join(f'v + {k}.125)' for k in range(10))}"},
    "size": {"x0": f"abs(v - {' - '.join(f'w*{k}.0625' for k in range(1, 15))})"},
}
"""Formulas that are wider than a page, of which LaTeX can break none by itself."""


@pytest.mark.slow
@pytest.mark.latex
@pytest.mark.parametrize(
    "name", [*LONG, "original", "attention", "batchnorm", "lstm", "transformer", "iris"]
)
def test_no_equation_is_wider_than_the_page(name, tmp_path):
    network = load(name) if name not in LONG else None
    if network is None:
        inner = LONG[name]
        error = {"E": f"({' + '.join(inner)} - 1)**2 + r"}
        network = hand_made(formulas=inner | error)
    save_explanation(first_equations(explain(network, 1), 200), tmp_path / "epoch.tex")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "epoch.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=120)
    log = (tmp_path / "epoch.log").read_text(encoding="latin-1")
    assert done.returncode == 0, log[-2000:]
    assert not re.findall(r"Overfull.*", log)


def test_rows_hold_all_of_an_equation_and_no_more_than_fits():
    terms = " + ".join(rf"w_{{{k}}} \cdot (i_{{{k}}} - \frac{{a}}{{b + c}})" for k in range(40))
    text = rows("h", "=", [terms, "1.5"], 80)
    broken = text.split(ROW_END)
    assert [row.strip("& ").removeprefix(r"\qquad ") for row in broken][-1] == "= 1.5"
    assert " ".join(row.split("&")[1].removeprefix(r"\qquad ") for row in broken) == (
        f"= {terms} = 1.5"
    )
    assert all(20 < width(row) <= 80 for row in broken[:-2])
    assert all(row.startswith(r"&\qquad + w") for row in broken[1:-1])  # between terms
    assert rows("h", "=", ["a + b", "1.5"], 80) == "h &= a + b = 1.5"
    assert rows("w", r"\rightarrow", ["1"], 80) == r"w &\rightarrow 1"


@pytest.mark.parametrize("columns", [60, 80, 100])
@pytest.mark.parametrize("name", ["original", "iris", "convolution"])
def test_no_line_of_text_is_longer_than_asked_for_and_nothing_is_lost(name, columns):
    explanation = explain(load(name))
    text, whole = as_text(explanation, columns=columns), as_text(explanation)
    assert max(map(len, text.splitlines())) <= columns < max(map(len, whole.splitlines()))
    assert re.sub(r"\n {4,}", " ", text) == whole


def test_a_long_line_of_text_is_broken_as_on_paper():
    """Equals signs below each other, then between terms, between factors, and inside brackets."""
    sides = ["wide * (a + b) + wide * (a + b)", "1 * (2 + 3) + 1 * (2 + 3)", "10"]
    assert list(text_rows("  h = ", sides, 40)) == [
        "  h = wide * (a + b) + wide * (a + b)",
        "    = 1 * (2 + 3) + 1 * (2 + 3) = 10",
    ]
    assert list(text_rows("  h = ", sides, 30)) == [
        "  h = wide * (a + b)",
        "      + wide * (a + b)",
        "    = 1 * (2 + 3)",
        "      + 1 * (2 + 3) = 10",
    ]
    sides = ["f * (1 if max(x, max(y, z)) > 0 else 0)", "1"]
    assert list(text_rows("  a_h1 → ", sides, 30)) == [
        "  a_h1 → f * (1 if max(x,",
        "         max(y, z)) > 0",
        "         else 0)",
        "       = 1",
    ]
    assert list(text_rows("  w = ", ["unbreakable" * 3], 30)) == ["  w = " + "unbreakable" * 3]


@pytest.mark.slow
@pytest.mark.latex
def test_cases_compile(tmp_path):
    save_explanation(explain(load("embedding"), 3, "w3"), tmp_path / "epoch.tex")
    assert r"\left(\begin{cases}" in (tmp_path / "epoch.tex").read_text("utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "epoch.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.slow
@pytest.mark.latex
@pytest.mark.parametrize(("epoch", "eta"), [(0, 1.0), (67, 2.0), (30, 1e-9)])
def test_latex_compiles_as_it_stands_without_a_warning(epoch, eta, tmp_path):
    explanation = explain(load().with_numbers(eta=eta), epoch)
    save_explanation(explanation, tmp_path / "epoch.tex")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "epoch.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=120)
    log = (tmp_path / "epoch.log").read_text(encoding="latin-1")
    assert done.returncode == 0, log[-2000:]
    assert not re.findall(r"undefined|Warning|Overfull", log)
    assert (tmp_path / "epoch.pdf").stat().st_size > 10_000


# --- the command -------------------------------------------------------------------------------


@pytest.fixture
def command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli, arguments)


def test_explain_prints_and_writes(command, tmp_path):
    done = command("explain", "--epoch", "30", "--of", "w5")
    assert done.exit_code == 0
    assert done.stdout == as_text(explain(load(), 30, "w5"))
    for name, written in (("a.md", as_markdown), ("a.tex", as_latex), ("a.txt", as_text)):
        assert command("explain", "-o", name).stdout == f"{name}\n"
        assert (tmp_path / name).read_text("utf-8") == written(explain(load()))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("explain", "--epoch", "68"), ["--epoch", "68", "0 to 67"]),
        (("draw", "--epoch", "68"), ["--epoch", "68", "0 to 67"]),
        (("explain", "--epoch", "-1"), ["--epoch", "'-1'", "of at least 0"]),
        (("explain", "--epoch", "x"), ["--epoch", "'x'", "of at least 0"]),
        (("explain", "--of", "w9"), ["--of", "'w9'", "w8"]),
        (("explain", "--of", ""), ["--of", "''"]),
        (("explain", "--digits", "18"), ["--digits", "18"]),
        (("explain", "-o", "a.doc"), ["--output", "a.doc", ".tex"]),
        (("draw", "-o", "a.doc"), ["--output", "a.doc", "png"]),
        (("draw", "-o", "taken/a.png"), ["--output", "taken", "not a folder"]),
    ],
)
def test_mistakes_are_one_line(command, tmp_path, arguments, words):
    (tmp_path / "taken").write_text("")
    done = command(*arguments)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert all(word in done.stderr for word in words)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


@pytest.mark.parametrize("name", ["explain", "draw"])
def test_an_epoch_that_is_never_reached(command, tmp_path, name):
    done = command(name, "--lr", "1e7", "--epoch", "3")
    assert (done.exit_code, list(tmp_path.iterdir())) == (3, [])
    assert "epoch 1: a_h1" in done.stderr
    assert "nothing is written" in done.stderr


def test_the_last_epoch_of_a_longer_training(command):
    assert command("explain", "--epochs", "100", "--epoch", "99", "--of", "h1").exit_code == 0


def test_tabulated_and_explained_numbers_agree_at_another_rate():
    network = load().with_numbers(eta=0.5)
    forward = explain(network, 12).sections[0]
    frame = tabulate(network)
    for equation in forward.equations:
        assert equation.result == frame.at[12, equation.name]


def test_a_state_that_waits_for_the_end_of_its_step_keeps_its_number():
    content = {"layers": [1, 1], "inputs": [[1], [2]], "targets": [[0], [1]], "update": "batch"}
    network = from_content(content | {"optimizer": "momentum"}, Path(), "batch")
    texts = [as_text(explain(network, 1, "v_w1", sample)) for sample in (1, 2)]
    assert texts[0].splitlines()[-1].startswith("  v_w1 → v_w1 = ")
    assert "v_w1 → μ * v_w1 + mean ∂E_Total/∂w1 = " in texts[1]


@pytest.mark.parametrize(
    ("of", "latex"),
    [
        ("E_Mean", r"\subsection*{$E_{\mathrm{Mean}}$, complete after sample 3}"),
        ("mean ∂E/∂w1", r"\partial w_{1}}}$, complete after sample 3}"),
    ],
)
def test_a_mean_that_is_not_complete_is_told_as_such(of, latex):
    content = {"layers": [1, 1], "inputs": [[1], [2], [3]], "targets": [[0], [1], [0]]}
    network = from_content(content | {"update": "batch"}, Path(), "batch")
    for sample in (1, 2):
        explanation = explain(network, 1, of, sample)
        assert f"{explanation.sections[-1].title}, complete after sample 3\n" in as_text(
            explanation
        )
        assert ", complete after sample 3\n" in as_markdown(explanation)
        assert latex in as_latex(explanation)
    assert "complete" not in as_text(explain(network, 1, of, 3))
    assert "complete" not in as_text(explain(network, 1, "w1", 1))


def test_numbers_that_rounding_takes_out_of_a_formula_s_reach_keep_more_digits():
    """Rounded to six digits the activation is 1, of which log(1 − a) has no number."""
    content = {"layers": [1, 1], "inputs": [1000], "targets": [0.5], "weights": [0.03]}
    network = from_content(content | {"error": "binary cross-entropy"}, Path(), "bce")
    assert "ln(1 - 0.9999999999999" in as_text(explain(network))


@pytest.mark.parametrize(
    ("more", "said", "not_said"),
    [([], "--of NAME", ""), (["--of", "w1"], "-o FILE", "--of NAME"), (["-q"], "", "Note")],
)
def test_a_note_says_how_to_read_a_long_explanation(command, tmp_path, more, said, not_said):
    path = tmp_path / "wide.toml"
    path.write_text(
        "layers = [2, 60, 2]\ninputs = [[0.5, 0.2]]\ntargets = [[0, 1]]\n"
        'eta = 0.1\nweights = "uniform"\n'
    )
    result = command("explain", "--network", str(path), *more)
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert said in result.stderr
    assert not not_said or not_said not in result.stderr
    if said:
        longest = max(map(len, lines))
        assert f"{len(lines):,} lines, the longest of {longest:,} characters" in result.stderr


def test_a_short_explanation_has_no_note(command):
    assert command("explain", "--network", "xor").stderr == ""


def test_no_minus_stands_before_a_zero_in_text():
    assert "exp(0)" in as_text(explain(load("xor"), sample=1))
    assert "-0)" not in as_text(explain(load("xor"), sample=1))
