"""What the failure of a write proves. docs/faults.md shows the same as a table; tests/viam/test_outcomes.py holds it.

A job that was made and told as refused would be submitted again, and train twice. So a write counts as refused only
with evidence that a server refused this very call:

- A code that nobody else sends. gRPC never makes REFUSALS itself, on either side, nor out of an HTTP status.
- UNKNOWN in a server's own words: Go's servers send every error so that has no code of its own.

Everything else is open. PERMISSION_DENIED, UNIMPLEMENTED and UNAUTHENTICATED are what gRPC makes of a proxy's 403, 404
and 401, and of HTTP/2's INADEQUATE_SECURITY; RESOURCE_EXHAUSTED of ENHANCE_YOUR_CALM, and of an answer that is larger
than we take; CANCELLED of RST_STREAM; and proxies that speak gRPC send all of these in words of their own. What grpcio
hands out (code, details, metadata, debug string) does not tell whose they are.
"""

from __future__ import annotations

import re

from grpc import StatusCode

from jobs import errors

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
