"""HTTP/2 by hand: a stretch of network that lets a call through, and answers it in the cloud's place."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from jobs.viam.endpoints import Endpoint, parse

DATA, HEADERS, RST_STREAM, GOAWAY = 0, 1, 3, 7
END_STREAM, END_HEADERS = 1, 4
PREFACE_BYTES, HEAD_BYTES = 24, 9

Fault = Callable[[int], bytes]
"""What comes on the stream of this number instead of the answer; nothing at all closes the connection."""


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def headers(stream: int, fields: dict[str, str], flags: int = END_HEADERS) -> bytes:
    """Fields as HPACK's plainest kind, which reads the same whatever was said on the connection before."""
    block = b"".join(b"\0" + _text(name) + _text(value) for name, value in fields.items())
    return frame(HEADERS, flags, stream, block)


def _text(value: str) -> bytes:
    length, head = len(value), bytearray()
    if length < 127:
        head.append(length)
    else:
        head.append(127)
        length -= 127
        while length >= 128:
            head.append(length % 128 + 128)
            length //= 128
        head.append(length)
    return bytes(head) + value.encode()


def http(status: int) -> Fault:
    """A proxy that knows nothing of gRPC."""
    return lambda stream: headers(
        stream, {":status": str(status), "content-type": "text/html"}, END_HEADERS | END_STREAM
    )


def reset(code: int) -> Fault:
    return lambda stream: frame(RST_STREAM, 0, stream, struct.pack(">I", code))


def answered(body: bytes = b"", *, encoding: str = "", trailers: dict[str, str] | None = None) -> Fault:
    """An answer of gRPC, made of these bytes."""

    def answer(stream: int) -> bytes:
        told = {":status": "200", "content-type": "application/grpc"}
        if encoding:
            told["grpc-encoding"] = encoding
        ending = headers(stream, {"grpc-status": "0"} if trailers is None else trailers, END_HEADERS | END_STREAM)
        return headers(stream, told) + (frame(DATA, 0, stream, body) if body else b"") + ending

    return answer


GARBAGE = b"\0\0\0\0\4\xff\xff\xff\xff"
FAULTS: dict[str, Fault] = {
    **{f"HTTP {status}": http(status) for status in (200, 301, 400, 401, 403, 404, 409, 413, 429, 500, 502, 503)},
    **{f"RST_STREAM {code}": reset(code) for code in range(14)},
    "GOAWAY before this call": lambda _: frame(GOAWAY, 0, 0, struct.pack(">II", 0, 0) + b"bye"),
    "closed": lambda _: b"",
    "HTTP/1": lambda _: b"HTTP/1.1 403 Forbidden\r\n\r\n",
    "too many headers": lambda stream: headers(
        stream,
        {":status": "200", "content-type": "application/grpc", "grpc-status": "0", "x-a": "a" * 8000, "x-b": "b" * 8000,
         "x-c": "c" * 300},
        END_HEADERS | END_STREAM,
    ),
    "an answer larger than we take": lambda stream: headers(
        stream, {":status": "200", "content-type": "application/grpc"}
    ) + frame(DATA, 0, stream, b"\0\x30\0\0\0aaaa"),
    "an answer that is no message": answered(GARBAGE),
    "an answer that does not unpack": answered(b"\1" + GARBAGE[1:], encoding="gzip"),
    "an unknown encoding": answered(b"\1" + GARBAGE[1:], encoding="br"),
    "OK without a message": answered(),
    "no status": answered(trailers={"x-nothing": "said"}),
    "a status that does not exist": answered(trailers={"grpc-status": "99"}),
}  # fmt: skip


class Interposed:
    """Carries everything between client and cloud, until `answer` says what comes on the newest stream instead."""

    def __init__(self, cloud_port: int) -> None:
        self._cloud_port = cloud_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._client: socket.socket | None = None
        self._newest = 0
        self._mute: set[int] = set()
        self._writing = threading.Lock()

    @property
    def endpoint(self) -> Endpoint:
        return parse(f"http://127.0.0.1:{self.port}")

    @contextmanager
    def running(self) -> Iterator[Interposed]:
        self._begin(self._accept)
        try:
            yield self
        finally:
            for end in (self._listener, *self._open):
                _shut(end)
            for thread in self._threads:
                thread.join()
            for end in (self._listener, *self._open):
                end.close()

    def _begin(self, work: Callable[..., None], *ends: socket.socket) -> None:
        self._threads.append(threading.Thread(target=work, args=ends, daemon=True))
        self._threads[-1].start()

    def answer(self, fault: Fault) -> None:
        """For the call that arrived last; what the cloud says to it itself is dropped."""
        with self._writing:
            self._mute.add(self._newest)
            told = fault(self._newest)
            assert self._client
            if told:
                with suppress(OSError):
                    self._client.sendall(told)
            else:
                _shut(self._client)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                cloud = socket.create_connection(("127.0.0.1", self._cloud_port))
                self._open += [client, cloud]
                self._client = client
                self._begin(self._upwards, client, cloud)
                self._begin(self._downwards, cloud, client)

    def _upwards(self, client: socket.socket, cloud: socket.socket) -> None:
        with suppress(OSError, EOFError):
            cloud.sendall(_exactly(client, PREFACE_BYTES))
            for kind, stream, data in _frames(client):
                if kind == HEADERS:
                    self._newest = stream
                cloud.sendall(data)
        _shut(cloud)

    def _downwards(self, cloud: socket.socket, client: socket.socket) -> None:
        with suppress(OSError, EOFError):
            for _, stream, data in _frames(cloud):
                with self._writing:
                    if stream not in self._mute:
                        client.sendall(data)
        _shut(client)


def _frames(source: socket.socket) -> Iterator[tuple[int, int, bytes]]:
    """Kind, stream and bytes of each frame. Raises EOFError at the end."""
    while True:
        head = _exactly(source, HEAD_BYTES)
        payload = _exactly(source, int.from_bytes(head[:3], "big"))
        yield head[3], int.from_bytes(head[5:], "big") & 0x7FFFFFFF, head + payload


def _exactly(source: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        more = source.recv(count - len(found))
        if not more:
            raise EOFError
        found += more
    return found


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
