"""What the sources import, read with `ast`: nothing is run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("dashboard", "emulator", "jobs", "protos")


@dataclass(frozen=True, slots=True)
class Source:
    """A module: its path from the root, and its text."""

    path: str
    text: str

    @property
    def part(self) -> str:
        """`jobs/compare/service.py` is of the part `compare`, `jobs/mail.py` of `mail`; elsewhere the folder is it."""
        return _part(self.path.removesuffix(".py").split("/"))

    @property
    def name(self) -> str:
        return Path(self.path).stem


@dataclass(frozen=True, slots=True)
class Import:
    """`module` is imported in this line of this file."""

    path: str
    line: int
    module: str

    @property
    def part(self) -> str | None:
        """The part of ours that is imported; None for what others wrote."""
        names = self.module.split(".")
        return _part(names) if names[0] in OURS else None

    def is_of(self, package: str) -> bool:
        return self.module == package or self.module.startswith(f"{package}.")

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.module}"


def _part(names: list[str]) -> str:
    if names[0] != "jobs" or len(names) < 2:
        return names[0]
    # What goes wrong with the cloud, and where it is, are words for everybody.
    return names[2] if names[1] == "viam" and names[2:3] in (["errors"], ["endpoints"]) else names[1]


def sources() -> Iterator[Source]:
    """Every module of the site and the emulator; the generated ones aside."""
    for folder in ("dashboard", "emulator", "jobs"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            path = file.relative_to(ROOT).as_posix()
            if path != "jobs/__init__.py" and "/migrations/" not in path:
                yield Source(path, file.read_text())


def imports_of(source: Source) -> Iterator[Import]:
    """Imports anywhere in the module, those within functions included."""
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, ast.Import):
            yield from (Import(source.path, node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _from(source, node)


def _from(source: Source, node: ast.ImportFrom) -> Iterator[Import]:
    """`from jobs import viam` imports jobs.viam; `from jobs.models import Job` is as good as jobs.models."""
    above = source.path.removesuffix(".py").split("/")[: -node.level] if node.level else []
    package = ".".join([*above, *([node.module] if node.module else [])])
    if package != "" and not re.fullmatch(r"jobs(\.\w+)?", package):
        yield Import(source.path, node.lineno, package)
        return
    yield from (Import(source.path, node.lineno, f"{package}.{alias.name}".strip(".")) for alias in node.names)
