"""The pool of chapters: Ctrl-C ends it at any moment."""

from __future__ import annotations

import signal
import threading
import time
from types import SimpleNamespace

import pytest

from qnpapers.notebooks.pool import work_through

pytestmark = pytest.mark.usefixtures("ctrl_c_raises")
ONE = [SimpleNamespace(name="small/one")]


@pytest.fixture
def ctrl_c_raises():
    """As in a shell's foreground; in its background Ctrl-C is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_that_wakes_nobody_is_noticed():
    """The system may give the signal to another thread, or just before the main one waits."""
    stopped = threading.Event()

    def work(_):
        time.sleep(0.5)  # until the main thread waits
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        return "stopped" if stopped.wait(20) else "forgotten"

    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        work_through(ONE, work, stopped.set)
    assert time.monotonic() - begun < 10
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_where_interrupts_are_ignored_the_work_goes_on(capsys):
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        failed = work_through(ONE, lambda _: signal.raise_signal(signal.SIGINT) or "done", int)
    finally:
        signal.signal(signal.SIGINT, before)
    assert failed == 0
    assert "small/one: done" in capsys.readouterr().out
