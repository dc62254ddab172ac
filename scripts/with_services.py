#!/usr/bin/env python3
"""Run a command with a PostgreSQL cluster and a Redis server of its own; both end with it.

``with_services.py -- pytest tests/reviews`` sets ``DATABASE_URL`` and ``REDIS_URL`` for the command. A service that
this machine lacks is an error with ``CI=true``; otherwise the command is left out, with a line that says so.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.programs import find
from tests.services import cluster


def main() -> int:
    """The command's own exit code."""
    arguments = sys.argv[1:]
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        sys.exit("usage: with_services.py -- COMMAND…")
    missing = [what for what in ("postgresql", "redis") if find(what) is None]
    if missing:
        sentence = f"{' and '.join(missing)} not installed on this machine"
        if os.environ.get("CI") == "true":
            sys.exit(f"{sentence}, and with CI=true nothing is skipped")
        print(f"Skipped on PostgreSQL: {sentence}.", flush=True)
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as services:
        programs, server = find("postgresql"), find("redis")
        assert programs is not None
        assert server is not None
        environment = dict(os.environ)
        try:
            environment["DATABASE_URL"] = services.enter_context(cluster.postgresql(programs))
            environment["REDIS_URL"] = services.enter_context(cluster.redis(server))
        except cluster.NotStartedError as fault:
            sys.exit(f"A service did not start: {fault}")
        try:
            return subprocess.run(command, env=environment, check=False).returncode
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    sys.exit(main())
