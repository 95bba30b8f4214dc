"""What the site keeps on disk is for its owner alone, whatever the umask, and also where an earlier version made it."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path
from typing import Any

OTHERS = stat.S_IRWXG | stat.S_IRWXO
# What SQLite puts beside a database.
BESIDE = ("", "-wal", "-shm", "-journal")


def tighten(folder: Path, database: str) -> None:
    """Takes from everybody else what they may do with the folder, with the files in it, and with SQLite's database.

    Left as they are: what belongs to somebody else, links, and folders that others need (`/`, `/tmp`).
    """
    if folder.is_dir():
        if folder.parent != folder and not folder.stat().st_mode & stat.S_ISVTX:
            _tighten(folder)
        for file in folder.iterdir():
            _tighten(file)
    if not database.startswith((":", "file:")):
        for suffix in BESIDE if database else ():
            _tighten(Path(database + suffix))


class PrivateDatabase(sqlite3.Connection):
    """A database that isn't there yet is made for its owner alone; what SQLite puts beside it is made alike."""

    def __init__(self, database: Any, *more: Any, **options: Any) -> None:
        name = os.fspath(database)
        if not name.startswith((":", "file:")):
            _make(name)
        super().__init__(database, *more, **options)


def _make(name: str) -> None:
    """Nothing where there is no such folder, or no right to it: SQLite's own error tells more."""
    try:
        os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError:
        return


def _tighten(path: Path) -> None:
    try:
        found = path.lstat()
        is_ours = found.st_uid == os.geteuid() and (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode))
        if is_ours and found.st_mode & OTHERS:
            path.chmod(stat.S_IMODE(found.st_mode) & ~OTHERS)
    except OSError:
        # Gone meanwhile, or on a disk that nobody may write to.
        return
