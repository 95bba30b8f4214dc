"""gRPC's codes -> errors.py. A failure is a value until it is raised, far from the frames that hold key and token."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

import grpc
from grpc import StatusCode

from jobs import errors
from jobs.viam.redaction import clean
from jobs.viam.verdicts import SILENCES, refusal_in

# What a failed read means. For writes these are only words: verdicts.py says what a failure proves.
ERRORS: dict[StatusCode, type[errors.CloudError]] = {
    StatusCode.CANCELLED: errors.Abandoned,
    StatusCode.UNKNOWN: errors.Unavailable,
    StatusCode.INVALID_ARGUMENT: errors.Rejected,
    StatusCode.DEADLINE_EXCEEDED: errors.TimedOut,
    StatusCode.NOT_FOUND: errors.NotFound,
    StatusCode.ALREADY_EXISTS: errors.Rejected,
    StatusCode.PERMISSION_DENIED: errors.Refused,
    StatusCode.RESOURCE_EXHAUSTED: errors.Limited,
    StatusCode.FAILED_PRECONDITION: errors.Rejected,
    StatusCode.ABORTED: errors.Unavailable,
    StatusCode.OUT_OF_RANGE: errors.Rejected,
    StatusCode.UNIMPLEMENTED: errors.NotOffered,
    StatusCode.INTERNAL: errors.Unavailable,
    StatusCode.UNAVAILABLE: errors.Unavailable,
    StatusCode.DATA_LOSS: errors.Unavailable,
    StatusCode.UNAUTHENTICATED: errors.Refused,
}
# How gRPC words it, on both sides: "Received message larger than max (5540000 vs. 4194304)".
TOO_LARGE = "larger than max"
# How it words by itself that there is no connection, or that it broke: "failed to connect to all addresses; ...".
NO_CONNECTION = ("failed to connect to all addresses", "DNS resolution failed", "Stream removed")

# And that the connection was refused for the certificate: "SSL_ERROR_SSL: ... CERTIFICATE_VERIFY_FAILED",
# "Hostname Verification Check failed", "Peer name ... is not in peer certificate".
UNTRUSTED = ("CERTIFICATE_VERIFY_FAILED", "Hostname Verification", "not in peer certificate")


class Stage(Enum):
    """Where a call failed: reading, before a write was sent, or with a write that was sent."""

    READ = auto()
    UNSENT = auto()
    SENT = auto()


@dataclass(frozen=True, slots=True)
class Failure:
    """What came instead of an answer; `words` are clean."""

    code: StatusCode
    words: str
    stage: Stage = Stage.READ

    def error(self) -> errors.CloudError:
        """Of a write: Unavailable, or one of its kind, exactly when it may have been carried out."""
        if self.stage is Stage.SENT:
            return self._error_of_write()
        error = self._error_of_read()
        if self.stage is Stage.UNSENT and isinstance(error, errors.Unavailable | errors.Abandoned):
            return errors.NotSent(self.words)
        return error

    def _error_of_write(self) -> errors.CloudError:
        refusal = refusal_in(self.code, self.words)
        if refusal:
            return refusal(self.words)
        return self._error_of_read() if self.code in SILENCES else errors.Unconfirmed(self.words)

    def _error_of_read(self) -> errors.CloudError:
        if self.code is StatusCode.RESOURCE_EXHAUSTED and TOO_LARGE in self.words:
            return errors.TooLarge(f"{errors.TooLarge.sentence} ({self.words})")
        if self.code is StatusCode.UNAVAILABLE and self.words.startswith(NO_CONNECTION):
            is_about_trust = any(sign in self.words for sign in UNTRUSTED)
            return errors.Untrusted(self.words) if is_about_trust else errors.Unreachable(self.words)
        return ERRORS.get(self.code, errors.Unavailable)(self.words)


def failure_from(error: grpc.RpcError, *secrets: str) -> Failure:
    return Failure(error.code(), clean(error.details(), *secrets))
