"""What happens when things go wrong: killed writers, full disks, hostile files, senseless input.

`python -m faults` measures all of it, which takes long; the tests run a little of each part.
"""

from typing import NamedTuple


class Line(NamedTuple):
    """One line of the table of measurements.

    Attributes:
        name: what was done.
        tried: how many times.
        failed: how many times something else came of it than should.
        worst: the longest time in seconds, or nothing.
        memory: the most memory in MB, or nothing.
        example: one of the failures, or nothing.
    """

    name: str
    tried: int
    failed: int
    worst: float | None = None
    memory: float | None = None
    example: str = ""
