"""The hook by which long work is watched: a function that passes an iterable on."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")


class Watch(Protocol):
    """Passes `items` on unchanged while somebody looks on."""

    def __call__(self, items: Iterable[T], total: int, task: str) -> Iterable[T]:
        """Iterate over `total` items of the work named `task`."""


def unwatched(items: Iterable[T], total: int, task: str) -> Iterator[T]:  # noqa: ARG001
    """Nobody looks on."""
    return iter(items)
