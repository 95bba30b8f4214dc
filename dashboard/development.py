"""Keys for a machine on which nothing was configured: made once, kept in a file that only its owner can read.

Used with DEBUG only, so that `manage.py` works in a fresh clone without any key ever being a constant of ours.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet


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
