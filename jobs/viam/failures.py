"""gRPC's codes -> errors.py. A failure is a value until it is raised, far from the frames that hold key and token."""

from __future__ import annotations

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import quote, quote_plus

import grpc
from grpc import StatusCode

from jobs.viam import errors

# What a failed read means. For writes these are only words: REFUSALS below says what a failure proves.
ERRORS: dict[StatusCode, type[errors.CloudError]] = {
    StatusCode.CANCELLED: errors.Abandoned,
    StatusCode.UNKNOWN: errors.Unavailable,
    StatusCode.INVALID_ARGUMENT: errors.Rejected,
    StatusCode.DEADLINE_EXCEEDED: errors.TimedOut,
    StatusCode.NOT_FOUND: errors.NotFound,
    StatusCode.ALREADY_EXISTS: errors.Rejected,
    StatusCode.PERMISSION_DENIED: errors.Forbidden,
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
        if self.code is StatusCode.PERMISSION_DENIED:
            return errors.Denied(self.words)
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


# What the failure of a write proves. docs/faults.md shows the same as a table; tests/viam/test_outcomes.py holds it.
#
# A job that was made and told as refused would be submitted again, and train twice. So a write counts as refused only
# with evidence that a server refused this very call:
#
# - A code that nobody else sends. gRPC never makes REFUSALS itself, on either side, nor out of an HTTP status.
# - UNKNOWN in a server's own words: Go's servers send every error so that has no code of its own.
#
# Everything else is open. PERMISSION_DENIED, UNIMPLEMENTED and UNAUTHENTICATED are what gRPC makes of a proxy's 403,
# 404 and 401, and of HTTP/2's INADEQUATE_SECURITY; RESOURCE_EXHAUSTED of ENHANCE_YOUR_CALM, and of an answer that is
# larger than we take; CANCELLED of RST_STREAM; and proxies that speak gRPC send all of these in words of their own.
# What grpcio hands out (code, details, metadata, debug string) does not tell whose they are. Of PERMISSION_DENIED the
# cloud can be asked afterwards: a key that may not train there has made no job (client.py).


REFUSALS: dict[StatusCode, type[errors.CloudError]] = {
    StatusCode.INVALID_ARGUMENT: errors.Rejected,
    StatusCode.NOT_FOUND: errors.NotFound,
    StatusCode.ALREADY_EXISTS: errors.Rejected,
    StatusCode.FAILED_PRECONDITION: errors.Rejected,
    StatusCode.OUT_OF_RANGE: errors.Rejected,
}

# Open as well, and named more closely by what gRPC says of the connection.
SILENCES = (StatusCode.UNAVAILABLE, StatusCode.DEADLINE_EXCEEDED)

# Words of libraries and proxies, with UNKNOWN: what grpcio says itself; how servers in Python, Java and Go tell that
# their handler broke; what Go's client says in a proxy; Envoy.
OF_LIBRARIES = re.compile(
    r"""^(?: Stream\ removed | Received\ http2\ header | No\ status\ received | Exception\ (?:calling|iterating|deser)
        | Application\ error\ processing\ RPC | Unexpected\ error | grpc: | transport: | connection\ error:
        | unexpected\ HTTP\ status\ code | malformed\ header | upstream\ (?:connect|request) | no\ healthy\ upstream
        | panic | runtime\ error )""",
    re.VERBOSE | re.IGNORECASE,
)
# Accidents on the way that a server only passes on: what it had done by then, it does not say.
OF_ACCIDENTS = re.compile(
    r"""\b(?: context\ (?:canceled|deadline\ exceeded) | deadline\ exceeded | i/o\ timeout | timed\ out | EOF
        | connection\ (?:reset|refused|closed) | broken\ pipe | transport\ is\ closing | panic | nil\ pointer
        | code\ =\ (?:Canceled|Unknown|DeadlineExceeded|Unavailable|Internal|Aborted|DataLoss|ResourceExhausted
            |PermissionDenied|Unauthenticated|Unimplemented) )\b""",
    re.VERBOSE | re.IGNORECASE,
)


def refusal_in(code: StatusCode, words: str) -> type[errors.CloudError] | None:
    """What a server certainly refused the write with; None when the write may have been carried out."""
    if code is StatusCode.UNKNOWN:
        return errors.Rejected if _is_a_server_s_own(words) else None
    return REFUSALS.get(code)


def _is_a_server_s_own(words: str) -> bool:
    return bool(words) and not OF_LIBRARIES.search(words) and not OF_ACCIDENTS.search(words)


MAX_LENGTH = 2_000  # characters
MARK = "[redacted]"
# Control characters but for newline and tab, and those that turn the direction of the text around them.
UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Shorter pieces of base64 stand in ordinary words by chance.
MIN_CODED_LENGTH = 8


def clean(words: str | None, *secrets: str) -> str:
    """At most 2,000 characters; each secret, also in base64, hexadecimal or URL encoding, becomes "[redacted]"."""
    fit = UNFIT.sub("", words or "")
    forms = {form for secret in secrets if secret for form in _forms(secret)}
    if forms:
        longest_first = sorted(forms, key=len, reverse=True)
        fit = re.sub("|".join(map(re.escape, longest_first)), MARK, fit, flags=re.IGNORECASE)
    return fit.strip()[:MAX_LENGTH]


def _forms(secret: str) -> Iterator[str]:
    yield secret
    yield from (quote(secret), quote(secret, safe=""), quote_plus(secret), secret.encode().hex())
    yield from (form for form in _base64_forms(secret.encode()) if len(form) >= MIN_CODED_LENGTH)


def _base64_forms(secret: bytes) -> Iterator[str]:
    """The characters that only the secret decides, wherever it begins: "key" is also found inside "id:key"."""
    for shift, first in enumerate((0, 2, 3)):
        last = (shift + len(secret)) * 8 // 6
        for encode in (b64encode, urlsafe_b64encode):
            yield encode(bytes(shift) + secret).decode()[first:last]
