"""The first person of a demonstration: a superuser with a random password, kept in a file of ours alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.contrib.auth.models import User

NAME = "admin"
PREFIX = "password: "


def first_sign_in(file: Path) -> str | None:
    """The password of `admin`, made when there is no such user yet; None when they have set one of their own."""
    user = User.objects.filter(username=NAME).first()
    password = _read(file)
    if user:
        return password if password and user.check_password(password) else None
    if password is None:
        password = secrets.token_urlsafe(12)
        _write(file, password)
    User.objects.create_superuser(NAME, password=password)
    return password


def _read(file: Path) -> str | None:
    if not file.exists():
        return None
    lines = file.read_text().splitlines()
    return next((line.removeprefix(PREFIX) for line in lines if line.startswith(PREFIX)), None)


def _write(file: Path, password: str) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Nobody else may read it, not even for the moment between making it and closing it.
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as text:
        text.write(f"user: {NAME}\n{PREFIX}{password}\n")
    file.chmod(0o600)
