"""Addresses that come with a request and that somebody is led to: followed only when they stay on this site."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from jobs.ui.polling import HtmxHttpRequest

MAX_LENGTH = 16_000
# Browsers drop tabs and line ends wherever they stand, and take a backslash for a slash.
_NEVER = re.compile(r"[\x00-\x20\x7f\\]")
_WITH_PORT = re.compile(r"(?P<name>.+):(?P<port>[0-9]+)")


def local_path(address: str) -> str:
    """The address when it is a path of this site, such as `/orgs/bolt/jobs/?page=2`; empty otherwise."""
    is_path = address.startswith("/") and not address.startswith("//")
    if not is_path or len(address) > MAX_LENGTH or _NEVER.search(address):
        return ""
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else ""


def path_of(address: str) -> str:
    """The path of a complete address (`http://…`), whatever its host; empty where that can't stand alone."""
    parts = _split(address)
    if parts is None or parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    # A path that begins with two slashes would become a host.
    return "" if parts.path.startswith("//") else local_path(urlunsplit(("", "", parts.path or "/", parts.query, "")))


def path_on(host: str, address: str) -> str:
    """The path of a complete address on this host; empty for any other address."""
    parts = _split(address)
    return path_of(address) if parts and parts.netloc == host else ""


def current_page(request: HtmxHttpRequest) -> str:
    """The path of the page in whose browser tab this is asked, as htmx or the browser tells it; empty when it isn't one
    of this site.
    """
    told = request.htmx.current_url or request.headers.get("Referer", "")
    return path_on(request.get_host(), told)


def beginning(request: HttpRequest, scheme: str = "") -> str:
    """Of complete addresses of this site, without a slash at the end: SITE_URL, or else the host that was asked for,
    which is one of ALLOWED_HOSTS. That says nothing of ports.
    """
    site: str = settings.SITE_URL.rstrip("/")
    return site or f"{scheme or request.scheme}://{_host_here(request)}"


def _host_here(request: HttpRequest) -> str:
    """Whoever asks may add any port: another one than the server's own leads to who knows whom, but on this machine."""
    host = request.get_host()
    named = _WITH_PORT.fullmatch(host)
    if not named or settings.DEBUG or named["port"] == request.META.get("SERVER_PORT") or _is_loopback(named["name"]):
        return host
    return named["name"]


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def is_local(request: HttpRequest, address: str) -> bool:
    """Whether a browser that is sent there from this request stays on this site."""
    # Nothing else is joined: urljoin makes a path of this site out of `///host`, and a browser does not.
    is_relative = address.startswith(("?", "./", "../"))
    there = urljoin(request.path, address) if is_relative else address
    return bool(local_path(there) or path_on(request.get_host(), there))


def _split(address: str) -> SplitResult | None:
    try:
        return urlsplit(address)
    except ValueError:
        return None
