"""Work on chapters two at a time, with a progress line for each and a clean end on Ctrl-C."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

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
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        futures = {pool.submit(_timed, work, chapter): chapter for chapter in chapters}
        try:
            for count, future in enumerate(as_completed(futures), 1):
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
