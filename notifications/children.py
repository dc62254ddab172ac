"""Starting, watching and ending child processes so that none outlives its parent.

Knows nothing about what the children do.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

GRACE = 20.0
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Child:
    """A running process, its name in sentences, and how it is reached."""

    name: str
    process: subprocess.Popen[bytes]

    def ended(self) -> bool:
        """Whether it is over."""
        return self.process.poll() is not None


def stop_signals() -> tuple[signal.Signals, ...]:
    """The signals that end a run. A hangup that whoever started it had ignored, as nohup does, stays ignored."""
    return tuple(n for n in _ENDING if n is not signal.SIGHUP or signal.getsignal(n) is not signal.SIG_IGN)


def start(name: str, command: Sequence[str], *, env: Mapping[str, str], pass_fds: Sequence[int] = ()) -> Child:
    """Start a child in a session of its own: Ctrl-C reaches the parent alone, which then ends it in order."""
    process = subprocess.Popen(
        list(command),
        env=dict(env),
        pass_fds=tuple(pass_fds),
        start_new_session=True,
        preexec_fn=_die_with_parent(),  # noqa: PLW1509 - the parent has no threads
    )
    return Child(name, process)


def stop(children: Sequence[Child], *, grace: float = GRACE) -> None:
    """Ask all to end, wait, and after ``grace`` seconds end what is left with its descendants."""
    for child in children:
        if not child.ended():
            child.process.terminate()
    deadline = time.monotonic() + grace
    while not all(child.ended() for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    for child in children:
        if not child.ended():
            _kill_session(child)


def _kill_session(child: Child) -> None:
    # The child leads its own group, so this reaches what it started and nothing else.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()


def _die_with_parent() -> Callable[[], None] | None:
    """What the child runs before it becomes its program: on Linux the kernel ends it when the parent is gone."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask_kernel() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)

    return ask_kernel
