"""What every call passes through: it is counted, may meet a fault, must be signed in; its refusal becomes a status."""

# grpc's method handlers are generic for the type checker only.
from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import RLock
from typing import Any, NoReturn

import grpc

from emulator.calls import Calls
from emulator.faults import Faults
from emulator.refusals import Refused
from emulator.tokens import Tokens

Behaviour = Callable[[Any, grpc.ServicerContext], Any]

OPEN_METHODS = frozenset({"Authenticate"})


class Gate(grpc.ServerInterceptor):
    """Executes one call at a time, so that the world behind it needs no locks of its own."""

    def __init__(self, calls: Calls, faults: Faults, tokens: Tokens, lock: RLock) -> None:
        self._calls = calls
        self._faults = faults
        self._tokens = tokens
        self._lock = lock

    def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], grpc.RpcMethodHandler[Any, Any] | None],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Any, Any] | None:
        method = continuation(handler_call_details)
        if method is None:
            return method
        name = handler_call_details.method.rpartition("/")[2]
        if method.stream_unary is not None:
            return grpc.stream_unary_rpc_method_handler(
                partial(self._receive, name, method.stream_unary),
                request_deserializer=method.request_deserializer,
                response_serializer=method.response_serializer,
            )
        if method.unary_unary is None:
            return method
        return grpc.unary_unary_rpc_method_handler(
            partial(self._answer, name, method.unary_unary),
            request_deserializer=method.request_deserializer,
            response_serializer=method.response_serializer,
        )

    def _receive(self, name: str, behaviour: Behaviour, requests: Any, context: grpc.ServicerContext) -> Any:
        """All of a stream before anything is locked: whoever stalls holds up nobody else."""
        return self._answer(name, behaviour, iter(list(requests)), context)

    def _answer(self, name: str, behaviour: Behaviour, request: Any, context: grpc.ServicerContext) -> Any:
        self._calls.add(name)
        try:
            with self._faults.around(name):
                if name not in OPEN_METHODS:
                    self._tokens.caller(context)
                with self._lock:
                    return behaviour(request, context)
        except Refused as refused:
            _abort(context, refused)


def _abort(context: grpc.ServicerContext, refused: Refused) -> NoReturn:
    context.abort(refused.code, refused.details)
    raise AssertionError("abort() does not return")
