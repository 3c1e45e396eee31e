"""A double of the action server: it answers as told, and remembers what Rasa sent."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


class ActionServerDouble:
    """Listens on a free loopback port while it is entered; `mode` says how it behaves."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.mode = "well"
        self.calls: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhook"

    def __enter__(self) -> "ActionServerDouble":
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                double.calls.append(json.loads(body))
                double.headers.append({name.lower(): value for name, value in self.headers.items()})
                status, answer = double.answer(double.calls[-1])
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                """Stay quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, call: dict[str, Any]) -> tuple[int, bytes]:
        """The status and body for one call, by mode."""
        if self.mode == "slow":
            time.sleep(4)
        status = {"raises": 500, "rejects": 400, "overloaded": 503, "stranger": 401}.get(self.mode, 200)
        if status != 200:
            return status, json.dumps({"error": "Traceback: secret stuff", "action_name": "x"}).encode()
        if self.mode == "garbled":
            return 200, b"<html>"
        if self.mode == "misshapen":
            return 200, b'{"events": [{"event": "no such event"}], "responses": "none"}'
        if self.mode == "silent":
            return 200, b'{"events": [], "responses": []}'
        said = {
            "text": f"{call['next_action']}\n\nsecond paragraph",
            "buttons": [{"title": "Yes", "payload": "/tap"}],
            "custom": {"card": "cart"},
            "image": None,
            "attachment": None,
        }
        return 200, json.dumps({"events": [], "responses": [said, {"text": "and more"}]}).encode()
