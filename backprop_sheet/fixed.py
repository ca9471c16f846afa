"""A dictionary that cannot be changed, for objects that promise never to change."""

from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Fixed(dict[K, V]):
    """A dictionary that cannot be changed. It can be hashed, copied and pickled.

    It is a `dict`, so it is as fast and is written as JSON. `dict(fixed)` is a copy that can be
    changed.
    """

    def _refuse(self, *_args: Any, **_named: Any) -> NoReturn:
        raise TypeError("these numbers and names cannot be changed; dict() makes a copy that can")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type, tuple[dict[K, V]]]:
        """By default, pickle would fill an empty dictionary item by item."""
        return type(self), (dict(self),)
