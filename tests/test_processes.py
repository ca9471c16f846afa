"""Work that several processes share."""

import pytest

from backprop_sheet import processes


def test_windows_gets_no_more_processes_than_it_can_wait_for(monkeypatch):
    """Python's pool refuses more than 61 there."""
    asked = []

    def pool(number, **_):
        asked.append(number)
        raise OSError("no pool is needed")

    monkeypatch.setattr(processes, "ProcessPoolExecutor", pool)
    with pytest.raises(OSError, match="no pool"):
        list(processes.in_processes(str, range(10_000), 1_000))
    assert asked == [61]
