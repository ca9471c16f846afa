"""Long work on many items, shared by several processes. Knows nothing of what the work is."""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from itertools import islice
from multiprocessing import active_children, parent_process
from threading import Thread
from typing import Any, TypeVar

from backprop_sheet.interrupt import at_once

T = TypeVar("T")
R = TypeVar("R")
WORTHWHILE = 4
"""A process has at least this many items: it takes about as long to start as one of them."""
MOST_PROCESSES = 61
"""The most processes: Windows can wait for no more."""
AHEAD = 4
"""Items that are handed out for each process before their turn: none waits for work, and no more
results than that wait to be taken."""
PAUSE = 0.2
"""Seconds between two looks at the progress of other processes."""
_of_this_process: list[Callable[[Any], Any]] = []
"""What a process does with each item: it was sent once, and not with every item."""


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_processes(
    work: Callable[[T], R],
    items: Sequence[T],
    jobs: int | None = None,
    worthwhile: int = WORTHWHILE,
    meanwhile: Callable[[], None] | None = None,
) -> Iterator[R]:
    """What comes of each item, in their order, worked out by several processes if there are many.

    Args:
        work: what is done with an item.
        items: the items.
        jobs: how many processes there are at most; as many as processors if left out.
        worthwhile: how many items a process has at least.
        meanwhile: called every now and then while other processes work, to show their progress.
    """
    processes = min(jobs or processors(), len(items) // worthwhile, MOST_PROCESSES)
    if processes <= 1:
        for item in items:
            yield _interruptibly(partial(work, item))
        return
    others = set(active_children())
    with ProcessPoolExecutor(processes, initializer=_begin, initargs=(work,)) as pool:
        try:
            rest, waiting = iter(items), deque[Future[R]]()
            with _interrupts_delayed():
                waiting.extend(pool.submit(_one, item) for item in islice(rest, AHEAD * processes))
            while waiting:
                yield _interruptibly(partial(_result, waiting.popleft(), meanwhile))
                waiting.extend(pool.submit(_one, item) for item in islice(rest, 1))
        except BaseException:
            for child in set(active_children()) - others:  # else they would work on for minutes
                child.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def _interruptibly(do: Callable[[], R]) -> R:
    """Do something, or wait for the process that does, until Ctrl-C is pressed."""
    with at_once():
        return do()


def _result(future: Future[R], meanwhile: Callable[[], None] | None) -> R:
    """Wait for the result of an item."""
    while meanwhile and not wait([future], timeout=PAUSE).done:
        meanwhile()
    return future.result()


def _begin(work: Callable[[Any], Any]) -> None:
    """Begin a process: it leaves Ctrl-C to the main process, and ends when that one does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_main_process, daemon=True).start()
    _of_this_process[:] = [work]


def _end_with_the_main_process() -> None:
    """End here once the main process is gone: killed, it cannot end the others."""
    if main := parent_process():
        main.join()
        os._exit(1)


def _one(item: Any) -> Any:
    return _of_this_process[0](item)


@contextmanager
def _interrupts_delayed() -> Iterator[None]:
    """Delay a Ctrl-C until the new processes are ready for it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
