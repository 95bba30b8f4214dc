"""What settings are made of that is more than a value: keys for a machine on which nothing was configured, the
database, single sign-on, the release of the pages, and logging.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from dashboard.private_files import PrivateDatabase


def keys(folder: Path) -> dict[str, str]:
    """SECRET_KEY and CREDENTIAL_KEYS of this checkout."""
    file = folder / "development.env"
    if not file.exists():
        _write(file, {"SECRET_KEY": secrets.token_urlsafe(50), "CREDENTIAL_KEYS": Fernet.generate_key().decode()})
    return dict(line.split("=", 1) for line in file.read_text().splitlines() if line)


def _write(file: Path, values: dict[str, str]) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Written aside and linked into place: of two processes that start at once, one wins and both read the same keys.
    draft = file.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


# Readers never wait for the writer; writers queue up instead of failing half-way (SQLite's WAL, BEGIN IMMEDIATE).
SQLITE_OPTIONS = {
    "factory": PrivateDatabase,
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}


def database(named: dict[str, Any]) -> dict[str, Any]:
    """DATABASE_URL as django-environ reads it -> for DATABASES."""
    options = named.get("OPTIONS", {}) | (SQLITE_OPTIONS if _is_sqlite(named) else {})
    return named | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True} | ({"OPTIONS": options} if options else {})


def file_of(named: dict[str, Any]) -> str:
    """SQLite's file; "" for a database on a server."""
    return str(named["NAME"]) if _is_sqlite(named) else ""


def _is_sqlite(named: dict[str, Any]) -> bool:
    return str(named["ENGINE"]).endswith("sqlite3")


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


def release_of(folders: Iterable[Path]) -> str:
    """Eight letters that differ when a template, a script or a style differs."""
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:8]


LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"


def logging(level: str) -> dict[str, Any]:
    """For LOGGING: one line a record. The levels of the web server's own loggers are those of its command line."""
    line = {"class": "logging.StreamHandler", "formatter": "line"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "dashboard.logs.OneLine", "format": LINE}},
        "filters": {
            "absences": {"()": "dashboard.logs.AbsencesInBrief"},
            "access": {"()": "dashboard.logs.AccessLog"},
        },
        "handlers": {
            "console": line | {"filters": ["absences"]},
            "server": line | {"filters": ["access"], "stream": "ext://sys.stdout"},
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
            "_granian": {"handlers": ["server"], "propagate": False},
            "granian.access": {"handlers": ["server"], "propagate": False},
        },
    }
