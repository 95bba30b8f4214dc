"""A small mail server on loopback: it takes every message, or says no."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS_OF_PATIENCE = 5


class Letterbox(socketserver.ThreadingTCPServer):
    """`letters` are the messages as they came; with `refuses` nobody is a known recipient."""

    daemon_threads = True

    def __init__(self, *, refuses: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.letters: list[str] = []
        self.refuses = refuses

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


@contextmanager
def letterbox(*, refuses: bool = False) -> Iterator[Letterbox]:
    with Letterbox(refuses=refuses) as box:
        thread = threading.Thread(target=box.serve_forever, args=[0.05])
        thread.start()
        yield box
        box.shutdown()
        thread.join()


class _Conversation(socketserver.StreamRequestHandler):
    timeout = SECONDS_OF_PATIENCE
    server: Letterbox

    def handle(self) -> None:
        self._say("220 letterbox")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"QUIT":
                self._say("221 bye")
                return
            if word == b"DATA":
                self._take()
            else:
                self._say("550 nobody here" if word == b"RCPT" and self.server.refuses else "250 ok")

    def _take(self) -> None:
        self._say("354 go on")
        lines = iter(self.rfile.readline, b".\r\n")
        self.server.letters.append(b"".join(lines).decode())
        self._say("250 taken")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
