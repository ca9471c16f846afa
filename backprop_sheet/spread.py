"""Some of many things in a row, spread evenly."""


def spread(count: int, most: int) -> list[int]:
    """At most so many of the numbers below a count, evenly from the first to the last."""
    some = min(count, most)
    return [place * (count - 1) // max(1, some - 1) for place in range(some)]
