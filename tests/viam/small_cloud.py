"""A cloud for these tests alone: a real gRPC server on loopback that answers as it is told and remembers who asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.message import Message

from jobs.viam.endpoints import Endpoint, parse
from protos import app_pb2, auth_pb2, data_pb2, dataset_pb2, ml_training_pb2  # noqa: F401 - they fill the pool

THREADS = 32


@dataclass(frozen=True)
class Refusal:
    """A call that ends with this code and these words instead of an answer."""

    code: grpc.StatusCode
    words: str = ""


@dataclass(frozen=True)
class Seen:
    """One call as it arrived; `seconds` is what its deadline left of time."""

    name: str
    message: Any
    metadata: dict[str, str]
    seconds: float


class Held:
    """A reply that is not given before it is let go."""

    def __init__(self) -> None:
        self.has_arrived = threading.Event()
        self.let_go = threading.Event()

    def __call__(self, message: Any) -> None:
        self.has_arrived.set()
        self.let_go.wait(5)


# What a call gets; None is the empty answer.
Reply = Message | Refusal | Callable[[Any], "Message | Refusal | None"]


class SmallCloud(grpc.GenericRpcHandler):
    """Signs everybody in with a new token, and answers any call with what `reply` laid ready, empty by default."""

    def __init__(self, tls: grpc.ServerCredentials | None = None) -> None:
        self.seen: list[Seen] = []
        self.tokens: set[str] = set()
        self._replies: dict[str, list[Reply]] = {}
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._server = grpc.server(ThreadPoolExecutor(THREADS), [self])
        address = "127.0.0.1:0"
        if tls:
            self.port = self._server.add_secure_port(address, tls)
        else:
            self.port = self._server.add_insecure_port(address)

    @property
    def endpoint(self) -> Endpoint:
        return parse(f"http://127.0.0.1:{self.port}")

    def reply(self, name: str, *replies: Reply) -> None:
        """What the call gets, one after the other; the last one stays."""
        self._replies[name] = list(replies)

    def expire_tokens(self) -> None:
        self.tokens.clear()

    def count(self, name: str) -> int:
        return sum(call.name == name for call in self.seen)

    def pause(self, seconds: float) -> None:
        """Sleep inside a reply; over at once when the cloud ends."""
        self._ending.wait(seconds)

    @contextmanager
    def running(self) -> Iterator[SmallCloud]:
        self._server.start()
        try:
            yield self
        finally:
            self._ending.set()
            self._server.stop(grace=None).wait()

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[Message, Message]:
        _, service, name = handler_call_details.method.split("/")
        method = descriptor_pool.Default().FindServiceByName(service).methods_by_name[name]
        asked, answered = (message_factory.GetMessageClass(kind) for kind in (method.input_type, method.output_type))
        return grpc.unary_unary_rpc_method_handler(
            lambda message, context: self._answer(name, message, context) or answered(),
            request_deserializer=asked.FromString,
            response_serializer=answered.SerializeToString,
        )

    def _answer(self, name: str, message: Message, context: grpc.ServicerContext) -> Message | None:
        metadata = {key: str(value) for key, value in context.invocation_metadata()}
        with self._lock:
            self.seen.append(Seen(name, message, metadata, context.time_remaining()))
        if name != "Authenticate" and metadata.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "unauthenticated: token expired")
        reply = self._next_reply(name)
        if callable(reply) and not isinstance(reply, Message):
            reply = reply(message)
        if isinstance(reply, Refusal):
            context.abort(reply.code, reply.words)
        return reply

    def _next_reply(self, name: str) -> Reply | None:
        with self._lock:
            laid = self._replies.get(name)
            if laid:
                return laid.pop(0) if len(laid) > 1 else laid[0]
        return self.new_token() if name == "Authenticate" else None

    def new_token(self) -> auth_pb2.AuthenticateResponse:
        with self._lock:
            token = f"token-{self.count('Authenticate'):04}-of-the-small-cloud"
            self.tokens.add(token)
        return auth_pb2.AuthenticateResponse(access_token=token)
