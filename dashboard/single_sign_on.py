"""The settings of single sign-on, checked: half of them is a mistake, and a secret goes over TLS or stays here."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

PROVIDER = "oidc"


def providers(issuer: str, client_id: str, secret: str, name: str) -> dict[str, Any]:
    """For SOCIALACCOUNT_PROVIDERS; empty without OIDC_ISSUER. Raises ValueError in words."""
    if not any((issuer, client_id, secret)):
        return {}
    given = {"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": client_id, "OIDC_CLIENT_SECRET": secret}
    if missing := [setting for setting, value in given.items() if not value]:
        raise ValueError(f"Single sign-on needs {' and '.join(missing)} too.")
    if not is_trusted(issuer):
        raise ValueError("OIDC_ISSUER must be an https:// address, or http:// on loopback.")
    app = {
        "provider_id": PROVIDER,
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": issuer.rstrip("/"), "uid_field": "uid"},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}


def is_trusted(address: str) -> bool:
    """Whether secrets may be sent there: over TLS, or to this machine."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host)))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
