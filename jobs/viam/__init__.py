"""The one door to Viam's cloud: on one side gRPC, on the other plain Python.

    cloud.py         what can be asked, in our words: one method a call
    methods.py       the calls of the wire: which may be repeated, how long each may take
    line.py          one call from end to end: sign in, send, repeat what may be repeated, raise what went wrong
    lines.py         one line per process, endpoint and credential, shared by all who call
    connections.py   the channel under a line, made when first needed and remade when it hangs
    tokens.py        the bearer token, fetched once for everybody who waits for it
    budget.py        the seconds that a call may take
    failures.py      gRPC's codes -> errors.py, with the cloud's words
    verdicts.py      what the failure of a write proves: that a server refused it, or nothing
    redaction.py     those words without key and token
    metadata.py      what every call says about us

Every failure is a CloudError of jobs/errors.py; no grpc.RpcError leaves this package.
"""

from collections.abc import Collection

from jobs.domain import Credentials
from jobs.endpoints import Endpoint
from jobs.viam import lines
from jobs.viam.cloud import Cloud
from jobs.viam.lines import Access

__all__ = ["Access", "Cloud", "connect", "forget", "is_connected", "keep_only"]


def connect(endpoint: Endpoint, credentials: Credentials) -> Cloud:
    """The cloud as this key sees it. Cheap, and without network: connection and token come with the first call."""
    return Cloud(endpoint, credentials)


def forget(endpoint: Endpoint, credentials: Credentials) -> None:
    """Close the connection and drop the token of a key that was removed or replaced. Calls under way still end."""
    lines.close(endpoint, credentials)


def is_connected() -> bool:
    """Whether this process holds any connection or token."""
    return lines.is_any_open()


def keep_only(known: Collection[Access]) -> None:
    """Forget every other key in this process. Calls under way still end, those of a key that is just tried, too."""
    lines.keep_only(known)
