"""One call from end to end: sign in, send, repeat what may be repeated, raise what went wrong.

Attempts give their failure back as a value, and `call` raises it when their frames are gone: a traceback of ours,
locals included, holds neither key nor token.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import uniform
from time import monotonic, sleep

import grpc
from google.protobuf.message import Message
from grpc import StatusCode

from jobs.domain import Credentials
from jobs.metrics.catalogue import CLOUD_CALLS
from jobs.viam.auth import GREETING, SharedToken, Token
from jobs.viam.channels import Connections
from jobs.viam.endpoints import Endpoint
from jobs.viam.failures import Failure, Stage, failure_from
from jobs.viam.methods import AUTHENTICATE, LIST_ORGANIZATIONS, Answer, Method
from protos import app_pb2, auth_pb2

logger = logging.getLogger(__name__)

# Seconds before a read's second and third attempt, at most; the jitter takes up to half of it away.
PAUSES = (0.1, 0.2)
# A role that is given later stands in the next token. A call that stays denied signs in anew this often, in seconds.
BETWEEN_DENIALS = 60.0
# Tokens that are cut out of the cloud's words.
MAX_ISSUED = 4
# What a wrong key may get at sign-in. Left as they are, the last two would read as "no such job" and "bad form".
REFUSALS = (
    StatusCode.UNAUTHENTICATED,
    StatusCode.PERMISSION_DENIED,
    StatusCode.INVALID_ARGUMENT,
    StatusCode.NOT_FOUND,
    StatusCode.FAILED_PRECONDITION,
)


class Session:
    """What all callers with the same endpoint and key share in one process: a connection and a token."""

    def __init__(self, endpoint: Endpoint, credentials: Credentials) -> None:
        self._credentials = credentials
        self._connections = Connections(endpoint)
        self._token = SharedToken(self._sign_in)
        self._is_away = False
        self._denied_at = -BETWEEN_DENIALS
        # The latest ones: a cloud may still repeat one that was replaced.
        self._issued: deque[Token] = deque(maxlen=MAX_ISSUED)

    def call(self, method: Method[Answer], message: Message, *, seconds: float | None = None) -> Answer:
        """The answer, within `seconds` (the method's own by default) besides signing in. Raises CloudError."""
        started = monotonic()
        outcome = self._ask(method, message, Budget(method.seconds if seconds is None else seconds))
        _log(method, outcome, started)
        if isinstance(outcome, Failure):
            raise outcome.error()
        return outcome

    def close(self) -> None:
        self._connections.close()

    def _ask(self, method: Method[Answer], message: Message, budget: Budget) -> Answer | Failure:
        return self._read(method, message, budget) if method.is_read else self._write(method, message, budget)

    def _read(self, method: Method[Answer], message: Message, budget: Budget) -> Answer | Failure:
        token = self._token.current()
        if isinstance(token, Failure):
            return token
        outcome = self._send(method, message, budget, token)
        if not self._is_of_an_old_token(outcome):
            return outcome
        self._token.drop(token)
        token = self._token.current()
        return token if isinstance(token, Failure) else self._send(method, message, budget, token)

    def _write(self, method: Method[Answer], message: Message, budget: Budget) -> Answer | Failure:
        """Sent once, whatever comes: UNAUTHENTICATED is also what a proxy's 401 becomes after the cloud did it.

        A read goes first. It finds out that the cloud is away or that the token expired while nothing was sent yet.
        """
        token = self._proven(budget)
        if isinstance(token, Failure):
            return replace(token, stage=Stage.UNSENT)
        outcome = self._send(method, message, budget, token)
        if self._is_of_an_old_token(outcome):
            self._token.drop(token)
        return replace(outcome, stage=Stage.SENT) if isinstance(outcome, Failure) else outcome

    def _is_of_an_old_token(self, outcome: Message | Failure) -> bool:
        """Whether another token may get another answer."""
        if _has_code(outcome, StatusCode.PERMISSION_DENIED) and monotonic() - self._denied_at >= BETWEEN_DENIALS:
            self._denied_at = monotonic()
            return True
        return _has_code(outcome, StatusCode.UNAUTHENTICATED)

    def _proven(self, budget: Budget) -> Token | Failure:
        """A token that the cloud has just taken: any key may list its organizations, or it could not be stored."""
        token = self._token.current()
        if isinstance(token, Failure):
            return token
        with budget.spending() as seconds:
            brief = Budget(min(seconds, LIST_ORGANIZATIONS.seconds))
            outcome = self._read(LIST_ORGANIZATIONS, app_pb2.ListOrganizationsRequest(), brief)
        return outcome if isinstance(outcome, Failure) else self._token.current()

    def _sign_in(self) -> Token | Failure:
        started = monotonic()
        credentials = auth_pb2.Credentials(type="api-key", payload=self._credentials.key)
        message = auth_pb2.AuthenticateRequest(entity=self._credentials.key_id, credentials=credentials)
        outcome = self._send(AUTHENTICATE, message, Budget(AUTHENTICATE.seconds))
        _log(AUTHENTICATE, outcome, started)
        if isinstance(outcome, Failure):
            return Failure(StatusCode.UNAUTHENTICATED, outcome.words) if outcome.code in REFUSALS else outcome
        token = Token(outcome.access_token)
        self._issued.append(token)
        return token if token.is_sendable else Failure(StatusCode.UNAVAILABLE, "The cloud gave no usable token.")

    def _send(
        self, method: Method[Answer], message: Message, budget: Budget, token: Token | None = None
    ) -> Answer | Failure:
        outcome = self._attempt(method, message, budget, token)
        # A cloud that was away a moment ago is knocked at once, not three times.
        for pause in PAUSES if method.is_read and not self._is_away else ():
            if not _has_code(outcome, StatusCode.UNAVAILABLE) or pause >= budget.left:
                break
            with budget.spending():
                sleep(uniform(pause / 2, pause))
            outcome = self._attempt(method, message, budget, token)
        self._is_away = _has_code(outcome, StatusCode.UNAVAILABLE)
        return outcome

    def _attempt(
        self, method: Method[Answer], message: Message, budget: Budget, token: Token | None
    ) -> Answer | Failure:
        outcome: Answer | Failure
        started = monotonic()
        with self._connections.using() as connection, budget.spending() as seconds:
            try:
                metadata = token.metadata if token else GREETING
                # None is what grpcio gives for OK without a message.
                answer: Answer | None = method.on(connection.channel)(message, timeout=seconds, metadata=metadata)
                outcome = Failure(StatusCode.INTERNAL, "OK without a message.") if answer is None else answer
            except grpc.RpcError as error:
                outcome = failure_from(error, self._credentials.key, *(one.value for one in tuple(self._issued)))
            is_late = _has_code(outcome, StatusCode.DEADLINE_EXCEEDED)
            self._connections.note(connection, is_late=is_late, since=started)
        CLOUD_CALLS.observe(monotonic() - started, method.name, _code(outcome).name)
        return outcome


def _has_code(outcome: Message | Failure, code: StatusCode) -> bool:
    return _code(outcome) is code


def _code(outcome: Message | Failure) -> StatusCode:
    return outcome.code if isinstance(outcome, Failure) else StatusCode.OK


def _log(method: Method[Answer], outcome: Message | Failure, started: float) -> None:
    logger.debug("%s: %s after %.0f ms", method.name, _code(outcome).name, (monotonic() - started) * 1000)


# The seconds that a call may take, over all its attempts. Signing in and waiting for others are not charged.


class Budget:
    def __init__(self, seconds: float) -> None:
        self.left = seconds

    @contextmanager
    def spending(self) -> Iterator[float]:
        """Charges the time of the block; gives the seconds that it may take."""
        started = monotonic()
        try:
            yield max(self.left, 0.0)
        finally:
            self.left -= monotonic() - started


KeyAtEndpoint = tuple[Endpoint, Credentials]
Key = tuple[int, Endpoint, Credentials]

# A forked child leaves its parent's lines where they are, unused and unclosed: gRPC's threads did not come along.
_lines: dict[Key, Session] = {}
_lock = threading.Lock()


def session_for(endpoint: Endpoint, credentials: Credentials) -> Session:
    key = (os.getpid(), endpoint, credentials)
    with _lock:
        if key not in _lines:
            _lines[key] = Session(endpoint, credentials)
        return _lines[key]


def close_session(endpoint: Endpoint, credentials: Credentials) -> None:
    with _lock:
        line = _lines.pop((os.getpid(), endpoint, credentials), None)
    if line:
        line.close()


def is_any_open() -> bool:
    """In this process."""
    return any(key[0] == os.getpid() for key in list(_lines))


def keep_only(known: Collection[KeyAtEndpoint]) -> None:
    """Close this process's lines to all others. A key that is being tried connects once more when it is stored."""
    with _lock:
        ours = [(endpoint, credentials) for process, endpoint, credentials in _lines if process == os.getpid()]
    for forgotten in set(ours).difference(known):
        close_session(*forgotten)


def _new_lock() -> None:
    """Another thread of the parent may have held the lock when the child was made; nobody would ever release it."""
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_new_lock)
