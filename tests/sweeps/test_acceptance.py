"""Whatever docs/acceptance.md says must happen, row by row, is held by a test that names the row's number.

A test names it in its docstring, in its module's, or in a comment: "Row 64", "Rows 79 and 83".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
TABLE = TESTS.parent / "docs" / "acceptance.md"

# People, rights, keys and what is drawn (1-57); the cloud (58-68), failures (69-89), load and limits (90-99);
# attacks and faults tried on a running site (101-134). There is no row 100.
ROWS = (range(1, 100), range(101, 135))

NAMED = re.compile(r"\b[Rr]ows? (\d+(?:(?:, | and )(?:row )?\d+)*)")


def test_every_row_is_named_by_a_test() -> None:
    named = set(rows_named())
    assert [row for rows in ROWS for row in rows if row not in named] == []


def test_the_table_tells_of_the_same_rows() -> None:
    told = [int(number) for number in re.findall(r"^\| (\d+) \|", TABLE.read_text(), re.MULTILINE)]
    assert told == [row for rows in ROWS for row in rows]


def test_no_test_names_a_row_that_there_is_not() -> None:
    assert [row for row in rows_named() if not any(row in rows for rows in ROWS)] == []


def test_several_rows_may_be_named_at_once() -> None:
    assert list(rows_in("Rows 79 and 83: killed. Row 91, and row 90 for many.")) == [79, 83, 91, 90]


def rows_named() -> Iterator[int]:
    for file in sorted(TESTS.rglob("test_*.py")):
        if file != Path(__file__):
            yield from rows_in(file.read_text())


def rows_in(text: str) -> Iterator[int]:
    for found in NAMED.findall(text):
        yield from map(int, re.findall(r"\d+", found))
