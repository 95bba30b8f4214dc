"""Which clouds may be spoken to."""

import os
import subprocess
import sys

import pytest

from jobs.viam import endpoints


def test_host_and_port_means_tls() -> None:
    assert endpoints.parse("app.viam.com:443") == endpoints.Endpoint("app.viam.com:443", "app.viam.com:443", False)


@pytest.mark.parametrize("text", ["http://127.0.0.1:8765", "http://localhost:8765"])
def test_http_means_plaintext_on_loopback(text: str) -> None:
    assert endpoints.parse(text).is_plaintext


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("https://app.viam.com:443", "has a scheme"),
        ("grpc://app.viam.com:443", "has a scheme"),
        ("unix:/tmp/socket", "has a scheme"),
        ("dns:app.viam.com:443", "has a scheme"),
        ("xds:///x:443", "has a scheme"),
        ("http://10.0.0.7:80", "clear text"),
        ("http://example.com:80", "clear text"),
        ("http://127.0.0.1.nip.io:80", "clear text"),
        ("app.viam.com:443/path", "has a path"),
        ("ana:secret@app.viam.com:443", "carries a user"),
        ("app.viam.com", "is not host:port"),
        ("app.viam.com:0", "is not host:port"),
        ("app.viam.com:70000", "is not host:port"),
        ("app.viam.com:443\nevil:1", "is not host:port"),
        ("app.viam.com:443 ", "is not host:port"),
        ("app.viam.com:443\r\nx: y", "is not host:port"),
        ("ipv4:127.0.0.1:443", "has a scheme"),
        ("ipv6:[::1]:443", "has a scheme"),
        ("dns://8.8.8.8/app.viam.com:443", "has a scheme"),
        ("unix-abstract:name", "is not host:port"),
        ("vsock:1:2", "is not host:port"),
        ("[::1]:443", "is not host:port"),
        ("http://0.0.0.0:80", "clear text"),
        ("http://169.254.169.254:80", "clear text"),
        ("http://192.168.1.1:80", "clear text"),
        ("http://2130706433:80", "clear text"),
        ("http://0x7f000001:80", "clear text"),
        ("http://localhost.:80", "is not host:port"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(text: str, says: str) -> None:
    """Row 38, Row 39."""
    with pytest.raises(ValueError, match=says):
        endpoints.parse(text)


def test_a_refusal_does_not_repeat_a_password() -> None:
    with pytest.raises(ValueError) as refusal:
        endpoints.parse("ana:hunter2@app.viam.com:443")
    assert "hunter2" not in str(refusal.value)


def test_several_are_separated_by_commas() -> None:
    assert [found.text for found in endpoints.parse_list("a.example:1, b.example:2")] == ["a.example:1", "b.example:2"]


def test_none_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        endpoints.parse_list(" , ")


def test_the_site_does_not_start_with_a_wrong_one() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "dashboard.settings", "VIAM_ENDPOINTS": "ftp://viam"}
    ended = subprocess.run([sys.executable, "manage.py", "check"], env=environment, capture_output=True, text=True)
    assert ended.returncode != 0
    assert "VIAM_ENDPOINTS: 'ftp://viam' has a scheme" in ended.stderr
