"""Neither key nor token is seen anywhere: not in words, logs, reprs or tracebacks."""

from __future__ import annotations

import logging
import traceback
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

import pytest
from grpc import StatusCode

from jobs import viam
from jobs.viam import session
from jobs.viam.auth import Token
from jobs.viam.errors import CloudError, Forbidden, Rejected
from jobs.viam.failures import MAX_LENGTH, clean
from tests.viam.conftest import KEY
from tests.viam.small_cloud import Refusal, SmallCloud

TOKEN = "token-0001-of-the-small-cloud"
FORMS = {
    "plain": KEY.key,
    "upper case": KEY.key.upper(),
    "base64": b64encode(KEY.key.encode()).decode(),
    "url-safe base64": urlsafe_b64encode(KEY.key.encode()).decode(),
    "url": quote(KEY.key, safe=""),
    "form": quote_plus(KEY.key),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_cloud_that_repeats_the_key(small_cloud: SmallCloud, client: viam.Cloud, form: str) -> None:
    small_cloud.reply("GetTrainingJob", Refusal(StatusCode.INVALID_ARGUMENT, f"bad key '{FORMS[form]}' given"))
    with pytest.raises(Rejected) as caught:
        client.get_job("j-1")
    assert caught.value.words.startswith("bad key '[redacted]")
    assert FORMS[form].strip("=") not in caught.value.words


def test_a_cloud_that_repeats_the_token(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    small_cloud.reply("GetTrainingJob", Refusal(StatusCode.INVALID_ARGUMENT, f"got Bearer {TOKEN}."))
    with pytest.raises(Rejected, match=r"got Bearer \[redacted\]\."):
        client.get_job("j-1")


def test_a_cloud_that_repeats_a_token_that_was_replaced(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    """The call goes again with the next token, and the cloud speaks of the one before."""
    small_cloud.reply("GetTrainingJob", Refusal(StatusCode.PERMISSION_DENIED, f"got Bearer {TOKEN}."))
    with pytest.raises(Forbidden, match=r"got Bearer \[redacted\]\."):
        client.get_job("j-1")
    assert small_cloud.count("Authenticate") == 2


def test_a_cloud_that_repeats_the_key_at_sign_in(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    small_cloud.reply("Authenticate", Refusal(StatusCode.UNAUTHENTICATED, f"no such key: {KEY.key}"))
    with pytest.raises(CloudError, match=r"no such key: \[redacted\]$"):
        client.get_job("j-1")


@pytest.mark.parametrize("before", ["", "i", "id", "id:"])
def test_a_key_inside_a_longer_base64(before: str) -> None:
    coded = b64encode(f"{before}{KEY.key}:more".encode()).decode()
    words = clean(f"Basic {coded}", KEY.key)
    assert "[redacted]" in words
    # What is left belongs to the neighbors, and to the half characters that the key shares with them.
    assert len(words) < len("Basic [redacted]") + len(coded) - len(KEY.key)


@pytest.mark.parametrize("name", ["GetTrainingJob", "Authenticate"])
def test_a_traceback_with_all_its_locals(small_cloud: SmallCloud, client: viam.Cloud, name: str) -> None:
    small_cloud.reply(name, Refusal(StatusCode.PERMISSION_DENIED, f"not with {KEY.key}"))
    with pytest.raises(CloudError) as caught:
        client.get_job("j-1")
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "get_job" in shown
    _assert_silent(shown)


def test_nothing_of_grpc_hangs_on_an_error(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    small_cloud.reply("GetTrainingJob", Refusal(StatusCode.NOT_FOUND))
    with pytest.raises(CloudError) as caught:
        client.get_job("j-1")
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_the_log_tells_calls_without_payloads(
    small_cloud: SmallCloud, client: viam.Cloud, caplog: pytest.LogCaptureFixture
) -> None:
    small_cloud.reply("CancelTrainingJob", Refusal(StatusCode.NOT_FOUND, f"{KEY.key} {TOKEN}"))
    with caplog.at_level(logging.DEBUG), pytest.raises(CloudError):
        client.cancel_job("o-1", "j-1")
    lines_of_log = [record.getMessage() for record in caplog.records if record.name.startswith("jobs.")]
    assert [line.partition(" after ")[0] for line in lines_of_log] == [
        "Authenticate: OK",
        "CancelTrainingJob: NOT_FOUND",
    ]
    _assert_silent(caplog.text)


def test_reprs(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    client.list_organizations()
    line = session.session_for(small_cloud.endpoint, KEY)
    for thing in (client, line, session._lines, vars(line), Token(TOKEN), line._token, vars(line._token)):
        _assert_silent(repr(thing))


def test_control_characters_go_and_lines_stay() -> None:
    assert clean("  one\r\n\ttwo\x00\x1b[31m \u202ethree\n") == "one\n\ttwo[31m three"


def test_words_end_somewhere() -> None:
    assert len(clean("word " * 10_000)) <= MAX_LENGTH


def test_words_are_not_cut_through_a_secret() -> None:
    assert KEY.key[:8] not in clean("x" * (MAX_LENGTH - 8) + KEY.key, KEY.key)


def test_no_words_and_no_secrets() -> None:
    assert (clean(None), clean("as it is", "", "")) == ("", "as it is")


def _assert_silent(shown: str) -> None:
    assert KEY.key not in shown
    assert TOKEN not in shown
