"""Exits with 0 if the server of this container answers that it is well, and with 1 if not."""

import sys
import urllib.request

URL = "http://127.0.0.1:8000/healthz"


def healthy() -> bool:
    """Whether `/healthz` answers 200 in time."""
    try:
        with urllib.request.urlopen(URL, timeout=4) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(0 if healthy() else 1)
