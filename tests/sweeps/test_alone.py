"""Row 121: every test passes by itself, in any order.

CI runs all of them in a random order (pytest-randomly). What no order shows: the database is only made for tests that
say beforehand that they need it, so that one which asks for a fixture by its name at run time has to say so itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
SAYS_SO = {"db", "transactional_db", "django_db"}


def test_who_asks_for_fixtures_by_name_says_that_it_needs_the_database() -> None:
    assert [f"{file}: {name}" for file, name, says_so in asking_by_name() if not says_so] == []


def test_the_sweep_sees_who_asks() -> None:
    tree = ast.parse("def test_it(request):\n    request.getfixturevalue('ana')\ndef test_that(db, request): ...")
    assert [(name, says_so) for name, says_so in asking(tree)] == [("test_it", False)]


def asking_by_name() -> Iterator[tuple[str, str, bool]]:
    for file in sorted(TESTS.rglob("test_*.py")):
        for name, says_so in asking(ast.parse(file.read_text())):
            yield str(file.relative_to(TESTS)), name, says_so


def asking(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """Functions that ask by name, and whether they, or their module, say that they need the database."""
    whole = any(_names(line) & SAYS_SO for line in tree.body if isinstance(line, ast.Assign))
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and "getfixturevalue" in _names(function):
            said = {argument.arg for argument in function.args.args}
            said |= {name for mark in function.decorator_list for name in _names(mark)}
            yield function.name, whole or bool(said & SAYS_SO)


def _names(part: ast.AST) -> set[str]:
    return {node.attr for node in ast.walk(part) if isinstance(node, ast.Attribute)}
