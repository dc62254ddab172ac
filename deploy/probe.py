"""Ask the web server of this machine or container for its health: exit code 0 when it answers 200.

Uses the standard library alone, so that a probe every half minute costs next to nothing. It gives the host name of
``BASE_URL``, since the program answers to no other.
"""

from __future__ import annotations

import http.client
import os
import sys
from urllib.parse import urlsplit


def main() -> int:
    """``probe.py [PATH [PORT]]``; without them, what the web server needs, on port 8000."""
    path = sys.argv[1] if len(sys.argv) > 1 else "/health/web/"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 8000
    name = urlsplit(os.environ.get("BASE_URL", "")).netloc or f"127.0.0.1:{port}"
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=8)
    try:
        asked.request("GET", path, headers={"Host": name, "Accept": "text/plain"})
        answer = asked.getresponse()
        sys.stdout.write(answer.read(2000).decode("utf-8", "replace"))
    except (OSError, http.client.HTTPException) as fault:
        sys.stdout.write(f"no answer ({type(fault).__name__})\n")
        return 1
    finally:
        asked.close()
    return 0 if answer.status == http.client.OK else 1


if __name__ == "__main__":
    sys.exit(main())
