"""What can go wrong between us and the cloud, named by situation.

CloudError
├── Refused           the key is not accepted                        UNAUTHENTICATED, any refusal at sign-in
├── Forbidden         the key is accepted, and may not do this       PERMISSION_DENIED
├── NotFound          no such thing in the cloud                     NOT_FOUND
├── Rejected          asked for something that can't be              INVALID_ARGUMENT, FAILED_PRECONDITION,
│                                                                    ALREADY_EXISTS, OUT_OF_RANGE
├── Limited           too often, or too large an answer              RESOURCE_EXHAUSTED
│   └── TooLarge      the answer passes our own receive limit
├── Unavailable       no answer to rely on; try again later          UNAVAILABLE, ABORTED, INTERNAL, UNKNOWN, DATA_LOSS
│   ├── Unreachable   no connection, or it broke                     UNAVAILABLE, said by gRPC itself
│   │   └── Untrusted a certificate that nobody vouches for          UNAVAILABLE, said by gRPC itself
│   ├── TimedOut      no answer in time                              DEADLINE_EXCEEDED
│   └── Unconfirmed   a write met a failure that proves nothing      see viam/failures.py
│       └── Denied    it was denied, by whomever                     PERMISSION_DENIED
├── NotSent           a write never left: we didn't get as far
├── NotOffered        this cloud does not have the call              UNIMPLEMENTED
├── Abandoned         we gave the call up ourselves                  CANCELLED
├── NotStored         our database refused what was to be written
│   ├── DatabaseReadOnly
│   │   └── DatabaseOfLaterVersion
│   └── DatabaseFull
├── Incomplete        a list lacks too many jobs to be believed at once
└── CredentialsUnreadable  no key of CREDENTIAL_KEYS opens it, or it was altered
    ├── Misplaced     it was sealed for another row
    ├── NoKey         the key was removed
    └── NotAllowed    the operator no longer names its cloud

A write (submit, cancel, delete) that raises Unavailable, or one of its kind, may have been carried out all the same.
Any other CloudError means that it certainly was not.
"""

from __future__ import annotations

from functools import cache


class CloudError(Exception):
    """A call failed. `words` are the cloud's own, without secrets; `kind` is a stable word that is stored."""

    kind = "error"
    sentence = "The call to Viam's cloud failed."

    def __init__(self, words: str = "") -> None:
        super().__init__(words or self.sentence)
        self.words = words


class Refused(CloudError):
    kind = "refused"
    sentence = "Viam rejected this API key."


class Forbidden(CloudError):
    """One call or organization is denied to a key that works elsewhere: it lacks a role, or a setting of Viam's."""

    kind = "forbidden"
    sentence = "Not allowed here: the API key needs the role Organization Owner."


class NotFound(CloudError):
    kind = "not_found"
    sentence = "Viam couldn't find this."


class Rejected(CloudError):
    kind = "rejected"
    sentence = "Viam rejected the request."


class Limited(CloudError):
    kind = "limited"
    sentence = "Viam asked us to slow down."


class TooLarge(Limited):
    kind = "too_large"
    sentence = "The answer is larger than VIAM_RECEIVE_LIMIT_MIB allows."


class Unavailable(CloudError):
    kind = "unavailable"
    sentence = "Viam's cloud can't be reached."


class Unreachable(Unavailable):
    """There is no connection, or it broke: our side of the wire says so, not the cloud. People are told the same."""


class Untrusted(Unreachable):
    """TLS ended before anything was sent: self-signed, expired, of another host, or of an authority unknown here."""

    kind = "untrusted"
    sentence = "The certificate of Viam's cloud is not trusted."


class TimedOut(Unavailable):
    kind = "timed_out"
    sentence = "Viam's cloud did not answer in time."


class Unconfirmed(Unavailable):
    """A write ended with a code that a proxy, a broken connection or our own side may have made: it may be done."""

    kind = "unconfirmed"
    sentence = "Viam's cloud did not confirm this."


class Denied(Unconfirmed):
    """A write was denied, by a server or by a proxy that answered for it: what the key may do tells whose word it is.

    People are told the same.
    """


class NotSent(CloudError):
    """The cloud could not be reached, or didn't answer, before a write was sent."""

    kind = "not_sent"
    sentence = "Viam's cloud can't be reached. Nothing was sent."


class NotOffered(CloudError):
    kind = "not_offered"
    sentence = "This cloud does not offer that."


class Abandoned(CloudError):
    kind = "abandoned"
    sentence = "The call was canceled."


class CredentialsUnreadable(CloudError):
    """The stored key can't be used: CREDENTIAL_KEYS lacks the key that sealed it, or the row was tampered with."""

    kind = "unreadable"
    sentence = "The stored API key can't be decrypted with CREDENTIAL_KEYS."


class Misplaced(CredentialsUnreadable):
    """It opens, and names another row: somebody moved it here."""

    kind = "misplaced"
    sentence = "The stored API key belongs to another entry."


class NoKey(CredentialsUnreadable):
    kind = "no_key"
    sentence = "The API key of this organization was removed."


class NotAllowed(CredentialsUnreadable):
    kind = "not_allowed"
    sentence = "VIAM_ENDPOINTS no longer names the cloud of this API key."


class Incomplete(CloudError):
    """A complete list lacks so many of the known jobs that it is asked for again before it is believed."""

    kind = "incomplete"
    sentence = "Viam's last list is missing many jobs that were in it before. Checking again."


class NotStored(CloudError):
    """Our own database did not take what was to be written: it is locked, or away."""

    kind = "not_stored"
    sentence = "This site's database couldn't store Viam's answer."


class DatabaseReadOnly(NotStored):
    kind = "database_read_only"
    sentence = "This site's database is read-only."


class DatabaseOfLaterVersion(DatabaseReadOnly):
    """To this version it is read-only: it doesn't know what the later one stores."""

    kind = "database_of_later_version"
    sentence = "A later version of Trainyard has migrated this site's database."


class DatabaseFull(NotStored):
    kind = "database_full"
    sentence = "The disk of this site's database is full."


@cache
def every_kind() -> dict[str, type[CloudError]]:
    """All kinds by their stable word."""
    found: dict[str, type[CloudError]] = {}
    pending: list[type[CloudError]] = [CloudError]
    while pending:
        error = pending.pop()
        found[error.kind] = error
        pending += error.__subclasses__()
    return found
