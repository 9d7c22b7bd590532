"""Exit status 0 where the app on this machine answers, 1 where it does not: for a container's health check.

Alive is not ready: an empty library answers too. ``--ready`` asks whether questions can be answered.
"""

from __future__ import annotations

import http.client
import os
import sys

ALIVE, READY = "/api/v1/health", "/api/v1/health/ready"
SECONDS = 8.0


def status(path: str, port: int) -> int:
    """The HTTP status of an address of the app; 0 where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


if __name__ == "__main__":
    wanted = READY if "--ready" in sys.argv[1:] else ALIVE
    sys.exit(status(wanted, int(os.environ.get("AI_POLICY_PORT") or 7860)) != http.client.OK)
