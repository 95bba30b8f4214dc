"""The one door to Viam's cloud: on one side gRPC, on the other plain Python.

    client.py     what can be asked, in our words: one method a call
    methods.py    the calls of the wire: which may be repeated, how long each may take
    session.py    one call from end to end: sign in, send, repeat what may be repeated, raise what went wrong;
                  one session per process, endpoint and key, shared by all who call
    channels.py   the channel under a session, made when first needed and remade when it hangs
    auth.py       the bearer token, fetched once for everybody who waits for it; what every call says about us
    failures.py   gRPC's codes -> errors.py, with the cloud's words, without key and token; what a failed write proves
    messages.py   protobuf messages -> our words, and requests to messages
    values.py     single values off the wire: texts, times, numbers of enums newer than we are
    errors.py     what can go wrong, named by situation
    endpoints.py  which clouds may be spoken to

What comes is not trusted: it may be unset, unknown, impossible or twice.
Every failure is a CloudError of jobs/viam/errors.py; no grpc.RpcError leaves this package.
"""

from collections.abc import Collection

from jobs.domain import Credentials
from jobs.viam import session
from jobs.viam.client import Cloud
from jobs.viam.endpoints import Endpoint
from jobs.viam.session import KeyAtEndpoint

__all__ = ["Cloud", "KeyAtEndpoint", "connect", "forget", "is_connected", "keep_only"]


def connect(endpoint: Endpoint, credentials: Credentials) -> Cloud:
    """The cloud as this key sees it. Cheap, and without network: connection and token come with the first call."""
    return Cloud(endpoint, credentials)


def forget(endpoint: Endpoint, credentials: Credentials) -> None:
    """Close the connection and drop the token of a key that was removed or replaced. Calls under way still end."""
    session.close_session(endpoint, credentials)


def is_connected() -> bool:
    """Whether this process holds any connection or token."""
    return session.is_any_open()


def keep_only(known: Collection[KeyAtEndpoint]) -> None:
    """Forget every other key in this process. Calls under way still end, those of a key that is just tried, too."""
    session.keep_only(known)
