"""The exercise's document: a table of facts, then the questions in their order."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from backprop_sheet.document import Block, Code, Document, Heading, Paragraph, Picture, Table
from backprop_sheet.errors import counted
from backprop_sheet.mnist.model import count
from backprop_sheet.mnist.reporting.measured import measured, others
from backprop_sheet.mnist.reporting.questions import QUESTIONS, Question
from backprop_sheet.mnist.reporting.run import Run, rounded, share

TITLE = "A network that reads digits"
REPORT = "backprop-sheet mnist report"


def document(run: Run) -> Document:
    """The document of a run: every number in it is the run's own."""
    last = run.model.history[-1]
    about = (
        f"{counted(count(run.rows), 'parameter')}, {counted(last.epoch)}: "
        f"{share(last.test_accuracy)} of the test digits are right."
    )
    return Document(TITLE, about, tuple(_blocks(run)))


def _blocks(run: Run) -> Iterator[Block]:
    yield Heading("The training")
    yield Table(("setting", "value"), list(_settings(run)), "settings")
    yield from _pictures(run, "curves")
    answers = [(question, list(_answer(run, question))) for question in QUESTIONS]
    yield from _open(run, [block for _, blocks in answers for block in blocks])
    for number, (question, answer) in enumerate(answers, start=1):
        yield Heading(f"{number} · {question.title}")
        yield from answer
        for about in question.pictures:
            yield from _pictures(run, about)
        yield Paragraph(f"Source: {question.source}.")
    measures = [question.measure for question in QUESTIONS if question.measure]
    if more := list(others(run, measures)):
        yield Heading("Also compared")
        yield from more
    yield Heading("How this was made")
    yield Paragraph("The program backprop-sheet made this document from the files of the run.")
    yield Code(f"{REPORT} {run.path}")


def _answer(run: Run, question: Question) -> Iterator[Block]:
    yield from question.answer(run)
    if question.measure:
        yield from measured(run, question.measure)


def _open(run: Run, answers: list[Block]) -> Iterator[Block]:
    """How many questions wait for a comparison, and how their tables come into the document."""
    commands = [block.text for block in answers if isinstance(block, Code)]
    if not commands:
        return
    folders = " ".join(shlex.split(command)[-1] for command in commands)
    count_of = counted(len(commands), "question")
    waits = "waits" if len(commands) == 1 else "wait"
    yield Paragraph(
        f"{count_of} of {len(QUESTIONS)} still {waits} for a comparison of trainings. Below each "
        "stands the command that makes it, in a folder of its own. Give the folders that are made "
        "behind the model, and their tables stand below the questions. With all of them:"
    )
    yield Code(f"{REPORT} {run.path} {folders}")


def _settings(run: Run) -> Iterator[tuple[str, str]]:
    settings = run.model.settings
    yield "digits", run.model.digits
    yield "recipe", settings.recipe
    yield "epochs", str(len(run.model.history))
    yield "batch size", str(settings.batch)
    yield "learning rate", rounded(settings.rate)
    yield "dropout", rounded(settings.dropout)
    yield "widths", ", ".join(map(str, settings.widths))
    yield "without", ", ".join(settings.without) or "nothing"
    yield "seed", str(settings.seed)
    yield "layers compute in", settings.precision


def _pictures(run: Run, about: str) -> Iterator[Picture]:
    return (picture for picture in run.pictures if picture.name.partition("_")[0] == about)
