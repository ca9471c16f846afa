"""Progress of long work: it passes what it iterates over through a function, which may show it."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")


class Watch(Protocol):
    """Passes `items` on unchanged, and may show how far they are."""

    def __call__(self, items: Iterable[T], total: int, task: str) -> Iterable[T]:
        """Iterate over the `total` items of a task."""


def unwatched(items: Iterable[T], total: int, task: str) -> Iterator[T]:  # noqa: ARG001
    """Show nothing."""
    return iter(items)
