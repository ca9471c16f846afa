"""What the tab Check says in words: its notes, and the names over its columns."""

from collections.abc import Sequence

from backprop_sheet.exporter.check.judging import KINK, RELATIVE

HINT = (
    "A gradient says how the error changes with its weight. Here each weight of tab Step's epoch "
    "is changed by ±ε and the error worked out anew: its change over 2ε must be the gradient. "
    "The weight of the table's next row must be what the update makes of it."
)
LIMITS = (
    f"PASS: the two differ by at most {RELATIVE:.0E}, relative to the gradient or to the "
    "step from the old weight to the new one. Where they differ by more, yet by too little for the "
    "15 digits of a spreadsheet, rounding hides which is right."
)
KINK_NOTE = (
    f" {KINK}: between w − ε and w + ε a value passes 0, where a formula has two slopes; "
    "no difference says which of them is meant."
)
RULE_NOTE = (
    " Gradients that follow a learning rule, not the error's slope, are left out: only their "
    "updates are checked."
)
EPSILON_NOTE = (
    "1E-3 to 1E-6 suit: over larger steps the error bends, smaller ones drown in rounding"
)
PASSES_NOTE = "The forward passes, which are not printed: one with each weight larger, one smaller."
SOME_NOTE = (
    "The list has {listed:,} of the {epochs:,} epochs, as all would need too many cells. "
    "{left_out}. To check another epoch, choose it on tab Step."
)
LEFT_OUT, SPREAD = "Left out: {}", "They are spread evenly from the first to the last"
MOST_NAMED = 15
"""The most epochs that are named where the list leaves them out."""
NONE_NOTE = "A list of all epochs would need too many cells: choose another epoch on tab Step."
ONLY_NOTE = "There is one epoch only: the verdicts above are all there are."

GRADIENT, UPDATE, LAST = 7, 11, 11
"""The columns of the two verdicts, and the last one."""
DIFFERENCE, JUDGED = "relative difference", "verdict"
HEADS = {
    **dict(enumerate(["", "E(w + ε)", "E(w − ε)", "difference / 2ε", "table's gradient"], start=1)),
    6: DIFFERENCE,
    GRADIENT: JUDGED,
    8: "new weight",
    9: "table's next weight",
    10: DIFFERENCE,
    UPDATE: JUDGED,
}
EPOCH_HEADS = dict(
    enumerate(["epoch", "gradients differ by", JUDGED, "updates differ by", JUDGED], start=1)
)


def notes(*, kinks: bool, rules: bool) -> str:
    """What the verdicts mean, for a network with kinks, or with gradients that follow a rule."""
    return LIMITS + (KINK_NOTE if kinks else "") + (RULE_NOTE if rules else "")


def which(listed: Sequence[int], epochs: int) -> str:
    """Which of the epochs the list has, and why not all of them."""
    if not listed:
        return NONE_NOTE if epochs > 1 else ONLY_NOTE
    missing = sorted({*range(epochs)}.difference(listed))
    left_out = LEFT_OUT.format(", ".join(map(str, missing)))
    if len(missing) > MOST_NAMED:
        left_out = SPREAD
    return SOME_NOTE.format(listed=len(listed), epochs=epochs, left_out=left_out)
