"""What is known of a write that failed: that it was refused, that it never left, or nothing at all.

A job that was made and then told as refused is submitted again, and trains twice.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from grpc import StatusCode

from jobs import viam
from jobs.viam import errors, methods
from jobs.viam.endpoints import parse
from protos import app_pb2
from tests.viam.conftest import KEY
from tests.viam.every_call import WRITES
from tests.viam.http2 import FAULTS, Fault, Interposed
from tests.viam.small_cloud import Refusal, SmallCloud

REFUSED = {
    StatusCode.INVALID_ARGUMENT: errors.Rejected,
    StatusCode.NOT_FOUND: errors.NotFound,
    StatusCode.ALREADY_EXISTS: errors.Rejected,
    StatusCode.FAILED_PRECONDITION: errors.Rejected,
    StatusCode.OUT_OF_RANGE: errors.Rejected,
}
OPEN = sorted(set(StatusCode) - {StatusCode.OK, StatusCode.UNKNOWN, *REFUSED}, key=lambda code: code.name)
NO_REFUSAL = [
    "",
    "Stream removed",
    "Received http2 header with status: 403",
    'unexpected HTTP status code received from server: 403 (Forbidden); transport: unexpected content-type "text/html"',
    "Exception calling application: 'NoneType' object has no attribute 'id'",
    "rpc error: code = Unavailable desc = transport is closing",
    "inserting the job: context deadline exceeded",
    "context canceled",
    "read tcp 10.0.0.1:53412->10.0.0.2:27017: i/o timeout",
    "write tcp 10.0.0.1:53412->10.0.0.2:27017: write: broken pipe",
    "read tcp 10.0.0.1:53412->10.0.0.2:27017: connection reset by peer",
    "unexpected EOF",
    "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
    "runtime error: invalid memory address or nil pointer dereference",
]
GO_S_OWN = [
    "dataset has no images with the label pear",
    "a model fruit of version v1 exists already",
    "rpc error: code = InvalidArgument desc = no such script",
    "job is not running",
]
EVERY_WRITE = pytest.mark.parametrize("name", WRITES)


def by_name(code: StatusCode) -> str:
    return code.name


@pytest.fixture(autouse=True)
def allowed(small_cloud: SmallCloud) -> None:
    """The key may train in o-1, as far as the cloud tells."""
    granted = app_pb2.AuthorizedPermissions(resource_id="o-1", permissions=["train_models"])
    small_cloud.reply("CheckPermissions", app_pb2.CheckPermissionsResponse(authorized_permissions=[granted]))


@pytest.fixture
def interposed(small_cloud: SmallCloud) -> Iterator[Interposed]:
    with Interposed(small_cloud.port).running() as between:
        yield between


@pytest.fixture
def between(interposed: Interposed) -> Iterator[viam.Cloud]:
    """A client whose calls arrive, and whose answers are made on the way."""
    yield viam.connect(interposed.endpoint, KEY)
    viam.forget(interposed.endpoint, KEY)


@pytest.mark.parametrize("code", OPEN, ids=by_name)
@EVERY_WRITE
def test_a_code_that_others_than_the_server_send_proves_nothing(
    small_cloud: SmallCloud, client: viam.Cloud, name: str, code: StatusCode
) -> None:
    """Row 123: the cloud did it, and then the code came."""
    small_cloud.reply(name, Refusal(code, "so it is"))
    with pytest.raises(errors.Unavailable, match="so it is"):
        WRITES[name](client)
    assert small_cloud.count(name) == 1


@pytest.mark.parametrize("code", REFUSED, ids=by_name)
@EVERY_WRITE
def test_a_code_that_only_a_server_sends_is_a_refusal(
    small_cloud: SmallCloud, client: viam.Cloud, name: str, code: StatusCode
) -> None:
    """Row 123."""
    small_cloud.reply(name, Refusal(code, "so it is"))
    with pytest.raises(errors.CloudError, match="so it is") as caught:
        WRITES[name](client)
    assert type(caught.value) is REFUSED[code]


@EVERY_WRITE
def test_a_denial_is_the_cloud_s_own_where_the_key_may_not_train(
    small_cloud: SmallCloud, client: viam.Cloud, name: str
) -> None:
    """Row 123: it was of unknown outcome, and stayed so where the lists are denied as well."""
    small_cloud.reply(name, Refusal(StatusCode.PERMISSION_DENIED, "owners only"))
    small_cloud.reply("CheckPermissions", app_pb2.CheckPermissionsResponse())
    with pytest.raises(errors.Forbidden, match="owners only"):
        WRITES[name](client)
    assert small_cloud.count(name) == 1


@pytest.mark.parametrize("code", [StatusCode.UNIMPLEMENTED, StatusCode.PERMISSION_DENIED, StatusCode.UNAVAILABLE])
def test_a_denial_of_which_the_cloud_tells_no_more_proves_nothing(
    small_cloud: SmallCloud, client: viam.Cloud, code: StatusCode
) -> None:
    """Row 123."""
    small_cloud.reply("CancelTrainingJob", Refusal(StatusCode.PERMISSION_DENIED, "so it is"))
    small_cloud.reply("CheckPermissions", Refusal(code))
    with pytest.raises(errors.Unavailable, match="so it is"):
        client.cancel_job("o-1", "j-1")


@pytest.mark.parametrize("words", NO_REFUSAL)
def test_unknown_in_words_of_a_library_or_of_an_accident_proves_nothing(
    small_cloud: SmallCloud, client: viam.Cloud, words: str
) -> None:
    """Row 123."""
    small_cloud.reply("CancelTrainingJob", Refusal(StatusCode.UNKNOWN, words))
    with pytest.raises(errors.Unavailable):
        client.cancel_job("o-1", "j-1")


@pytest.mark.parametrize("words", GO_S_OWN)
def test_unknown_in_a_server_s_own_words_is_a_refusal(small_cloud: SmallCloud, client: viam.Cloud, words: str) -> None:
    """Row 123: Go's servers send every plain error so."""
    small_cloud.reply("CancelTrainingJob", Refusal(StatusCode.UNKNOWN, words))
    with pytest.raises(errors.Rejected) as caught:
        client.cancel_job("o-1", "j-1")
    assert caught.value.words == words


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_whatever_happens_to_the_answer_the_job_was_made_once_and_the_outcome_is_open(
    small_cloud: SmallCloud,
    interposed: Interposed,
    between: viam.Cloud,
    fault: Fault,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Row 123: over a real port, after the job was made."""
    monkeypatch.setattr(methods, "SUBMIT_MANAGED", replace(methods.SUBMIT_MANAGED, seconds=3.0))
    small_cloud.reply("SubmitTrainingJob", _then(interposed, fault))
    with pytest.raises(errors.Unavailable):
        WRITES["SubmitTrainingJob"](between)
    assert small_cloud.count("SubmitTrainingJob") == 1


@pytest.mark.parametrize("name", ["HTTP 401", "HTTP 403", "HTTP 404"])
def test_a_proxy_s_status_is_no_refusal_of_a_cancel_either(
    small_cloud: SmallCloud, interposed: Interposed, between: viam.Cloud, name: str
) -> None:
    """Row 123."""
    small_cloud.reply("CancelTrainingJob", _then(interposed, FAULTS[name]))
    with pytest.raises(errors.Unavailable, match=r"status: \d+"):
        between.cancel_job("o-1", "j-1")


@EVERY_WRITE
def test_a_token_that_expired_is_replaced_before_the_write(
    small_cloud: SmallCloud, client: viam.Cloud, name: str
) -> None:
    """Row 123: a read finds it out, so that no write needs to be sent twice."""
    client.list_organizations()
    small_cloud.expire_tokens()
    with suppress(errors.Unavailable):  # An empty answer tells no id of the new job.
        WRITES[name](client)
    assert (small_cloud.count("Authenticate"), small_cloud.count(name)) == (2, 1)


def test_a_token_that_is_refused_with_the_write_is_dropped_and_nothing_goes_again(
    small_cloud: SmallCloud, client: viam.Cloud
) -> None:
    """Row 123: the first sending may have been executed; the second one would be told ALREADY_EXISTS."""
    small_cloud.reply(
        "SubmitTrainingJob",
        Refusal(StatusCode.UNAUTHENTICATED, "token expired"),
        Refusal(StatusCode.ALREADY_EXISTS, "there is such a job"),
    )
    with pytest.raises(errors.Unavailable, match="token expired"):
        WRITES["SubmitTrainingJob"](client)
    assert small_cloud.count("SubmitTrainingJob") == 1
    client.list_organizations()
    assert small_cloud.count("Authenticate") == 2


@EVERY_WRITE
@pytest.mark.parametrize("call", ["Authenticate", "ListOrganizations"])
def test_what_fails_before_the_write_leaves_nothing_open(
    small_cloud: SmallCloud, client: viam.Cloud, name: str, call: str
) -> None:
    """Row 123: a cloud that is away before anything was sent is no unknown outcome."""
    small_cloud.reply(call, Refusal(StatusCode.UNAVAILABLE, "upstream connect error"))
    with pytest.raises(errors.NotSent, match="upstream connect error"):
        WRITES[name](client)
    assert small_cloud.count(name) == 0


def test_nobody_listens(small_cloud: SmallCloud) -> None:
    """Row 123."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(errors.NotSent, match=r"(?i)connect"):
        viam.connect(parse(f"http://127.0.0.1:{port}"), KEY).cancel_job("o-1", "j-1")


@pytest.mark.parametrize(("call", "error"), [("Authenticate", errors.Refused), ("ListOrganizations", errors.Forbidden)])
def test_a_key_that_is_refused_leaves_nothing_open(
    small_cloud: SmallCloud, client: viam.Cloud, call: str, error: type[errors.CloudError]
) -> None:
    """Row 123."""
    small_cloud.reply(call, Refusal(StatusCode.PERMISSION_DENIED, "no such key"))
    with pytest.raises(error, match="no such key"):
        client.cancel_job("o-1", "j-1")
    assert small_cloud.count("CancelTrainingJob") == 0


def test_the_read_before_a_write_is_part_of_its_time(
    small_cloud: SmallCloud, client: viam.Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All together ends within the seconds of the write, for that is how long a process that stops waits for it."""
    monkeypatch.setattr(methods, "CANCEL_JOB", replace(methods.CANCEL_JOB, seconds=2.0))

    def slowly(_: object) -> app_pb2.ListOrganizationsResponse:
        small_cloud.pause(1)
        return app_pb2.ListOrganizationsResponse()

    small_cloud.reply("ListOrganizations", slowly)
    client.cancel_job("o-1", "j-1")
    assert small_cloud.seen[-1].seconds < 1.1


def _then(interposed: Interposed, fault: Fault) -> Callable[[object], Refusal]:
    """The job is made; what the client hears of it is the fault."""

    def reply(_: object) -> Refusal:
        interposed.answer(fault)
        return Refusal(StatusCode.INTERNAL, "said too late")

    return reply
