"""Which address a request came from. What a client says about itself is believed of declared proxies only."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104  # Not listened on: a socket without an address, for instance a Unix one.


def address_of(request: HttpRequest) -> str:
    """The client's IP address. Each declared proxy added one to X-Forwarded-For; what stands before is hearsay."""
    told = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        passed_on = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        if len(passed_on) >= settings.TRUSTED_PROXIES:
            told = passed_on[-settings.TRUSTED_PROXIES]
    return _plain(told)


def network_of(request: HttpRequest) -> str:
    """What counts as one place: an address, or the /64 of an IPv6 one, because whoever has one of those has all."""
    address = ip_address(address_of(request))
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False).network_address)
    return str(address)


def _plain(told: str) -> str:
    """Without a port and brackets; IPv4 in IPv6's clothes is IPv4."""
    for text in (told, told.rpartition(":")[0].strip("[]")):
        try:
            address = ip_address(text)
        except ValueError:
            continue
        return str(getattr(address, "ipv4_mapped", None) or address)
    return UNKNOWN
