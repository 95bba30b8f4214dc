"""What counts as one place that tries to get in."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.http import HttpRequest

from jobs.permissions import client_address


def network_of(request: HttpRequest) -> str:
    """An address, or the /64 of an IPv6 one, because whoever has one of those has all."""
    address = ip_address(client_address(request))
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False).network_address)
    return str(address)
