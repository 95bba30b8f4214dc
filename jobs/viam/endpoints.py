"""Which clouds may be spoken to: the operator's VIAM_ENDPOINTS, read strictly and once, at start."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

HOST_AND_PORT = re.compile(r"(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?):(?P<port>[1-9][0-9]{0,4})", re.IGNORECASE)
PLAINTEXT = "http://"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a cloud listens. `text` is how the operator wrote it and how it is stored; `address` is host:port."""

    text: str
    address: str
    is_plaintext: bool

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> Endpoint:
    """`host:port` means TLS; `http://127.0.0.1:port` means plaintext and is taken for loopback only.

    Raises ValueError with a sentence that says what is wrong.
    """
    is_plaintext = text.startswith(PLAINTEXT)
    address = text.removeprefix(PLAINTEXT)
    if "://" in address or address.startswith(("unix:", "dns:", "xds:", "ipv4:", "ipv6:")):
        raise ValueError(f"{text!r} has a scheme: write host:port for TLS, or http://127.0.0.1:PORT for a local cloud.")
    if "@" in address:
        raise ValueError(f"{_without_userinfo(text)!r} carries a user or password: write host:port alone.")
    if "/" in address:
        raise ValueError(f"{text!r} has a path: write host:port alone.")
    found = HOST_AND_PORT.fullmatch(address)
    if not found or int(found["port"]) > 65535:
        raise ValueError(f"{text!r} is not host:port, for instance app.viam.com:443.")
    if is_plaintext and not _is_loopback(found["host"]):
        raise ValueError(f"{text!r} would send the API key in clear text: http:// is for loopback addresses only.")
    return Endpoint(text=text, address=address, is_plaintext=is_plaintext)


def parse_list(text: str) -> list[Endpoint]:
    """Comma-separated endpoints, at least one. Raises ValueError like `parse`."""
    found = [parse(part.strip()) for part in text.split(",") if part.strip()]
    if not found:
        raise ValueError("VIAM_ENDPOINTS is empty: name at least one, for instance app.viam.com:443.")
    return found


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _without_userinfo(text: str) -> str:
    return "…@" + text.rsplit("@", 1)[1]
