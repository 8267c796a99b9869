"""Work on chapters two at a time, with a progress line for each and a clean end on Ctrl-C."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager

from qnpapers.errors import ChapterError
from qnpapers.notebooks.progress import say
from qnpapers.notebooks.project import Chapter

AT_A_TIME = 2
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")


def kernel_environment() -> dict[str, str]:
    """The environment of a kernel: one thread each, so that two chapters share two cores."""
    quiet = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    return {**os.environ, **dict.fromkeys(_ONE_THREAD, "1"), **quiet}


def work_through(
    chapters: Sequence[Chapter], work: Callable[[Chapter], str], stop: Callable[[], None]
) -> int:
    """Call `work` for each chapter in a pool of two, print how each ended, failures in full.

    Args:
        chapters: in the order in which they are started.
        work: returns what was done, in a few words; raises ChapterError when the chapter failed.
        stop: called on Ctrl-C; must make every running `work` return or raise soon.

    Returns:
        The number of chapters that failed.

    Raises:
        KeyboardInterrupt: after everything that was running has ended.
    """
    failures: list[str] = []
    with ThreadPoolExecutor(AT_A_TIME) as pool, _interrupts() as interrupts:
        futures = {pool.submit(_timed, work, chapter): chapter for chapter in chapters}
        try:
            for count, future in enumerate(_ended(list(futures), interrupts), 1):
                name = futures[future].name
                outcome = _outcome(future, name, failures)
                say(f"[{count}/{len(futures)}] {name}: {outcome}")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            stop()
            raise
    for failure in failures:
        say(f"\n{failure}")
    return len(failures)


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """A list that grows with each Ctrl-C, which raises nothing meanwhile.

    An exception at any line could leave a lock of the pool closed. Where Ctrl-C has another
    handler, or is ignored, it stays so; so it does outside the main thread.
    """
    seen: list[int] = []
    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not usual or threading.current_thread() is not threading.main_thread():
        yield seen
        return
    before = signal.signal(signal.SIGINT, lambda number, _: seen.append(number))
    try:
        yield seen
    finally:
        signal.signal(signal.SIGINT, before)


def _ended(futures: Sequence[Future[str]], interrupts: list[int]) -> Iterator[Future[str]]:
    """Each future when it has ended; looks for interrupts ten times a second."""
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, timeout=0.1, return_when=FIRST_COMPLETED)
        if interrupts:
            raise KeyboardInterrupt
        yield from (future for future in futures if future in done)


def _timed(work: Callable[[Chapter], str], chapter: Chapter) -> str:
    start = time.monotonic()
    done = work(chapter)
    return f"{done}, {time.monotonic() - start:.1f} s"


def _outcome(future: Future[str], name: str, failures: list[str]) -> str:
    try:
        return future.result()
    except ChapterError as error:
        failures.append(f"{name} {error}")
        return "FAILED"
