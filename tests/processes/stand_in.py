"""A tiny server that stands in for a process of ours; its behaviour is chosen on the command line.

Every start is noted in ``--notes`` as one line of JSON: process id, its child's, the secret it was given.
"""

from __future__ import annotations

import argparse
import http.server
import json
import os
import signal
import subprocess
import sys
from pathlib import Path


def main() -> None:
    """Serves, or fails, as asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--notes", type=Path, required=True)
    parser.add_argument("--port", type=int)
    parser.add_argument("--fail-times", type=int, default=0, help="the first N starts end with exit code 3")
    parser.add_argument("--stubborn", action="store_true", help="pays no heed to SIGTERM")
    parser.add_argument("--silent", action="store_true", help="listens but answers 503")
    given = parser.parse_args()
    if given.stubborn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen(["sleep", "600"])
    note = {"pid": os.getpid(), "child": child.pid, "secret": os.environ.get("QUARTERMASTER_INTERNAL_SECRET")}
    with given.notes.open("a") as file:
        file.write(json.dumps(note) + "\n")
    start = len(given.notes.read_text().splitlines())
    if start <= given.fail_times:
        child.kill()
        print(f"start {start}: the widget press is jammed", flush=True)
        sys.exit(3)
    if given.port is None:
        signal.pause()
    serve(given.port, 503 if given.silent else 200)


def serve(port: int, status: int) -> None:
    """Answers every GET with ``status``."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

    http.server.HTTPServer(("127.0.0.1", port), Answer).serve_forever()


if __name__ == "__main__":
    main()
