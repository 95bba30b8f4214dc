"""Tables as CSV that opens right in spreadsheets, and safely: RFC 4180, and no cell is a formula to one.

Excel takes a file for UTF-8 when it begins with a byte order mark, and a time for one without a T and a zone.

Against formulas: OWASP, "CSV Injection". Where the decimal sign is a comma, spreadsheets part cells at semicolons, at a
tab, and, because quotes that don't follow a semicolon are none to them, at the end of a line within a cell: what begins
like a formula after one of those is prefixed as well, quotes or not: a quote that follows one is doubled here, and so
an empty text to them, with the rest behind it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.http import StreamingHttpResponse

# What a spreadsheet may take for the beginning of a formula: in Japanese locales also the wide forms of = + - @.
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
BYTE_ORDER_MARK = "\ufeff"
_BEGINNING = re.compile(rf'^(?=[{_SIGNS}\t\r\n])|(?<=[;\t\r\n])(?="*[{_SIGNS}])')


def csv_answer(rows: Iterable[list[str]], name: str) -> StreamingHttpResponse:
    """The rows as an attachment called `name`, sent as they are read."""
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def time_cell(moment: datetime) -> str:
    """In UTC, whoever asks: a table outlives the zone of its reader."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def list_cell(values: Iterable[str]) -> str:
    """Several values in one cell: one with a comma, a quote or a line break in it is quoted, as in a line of CSV."""
    return ", ".join(_quoted(value) for value in values)


def _quoted(value: str) -> str:
    is_plain = value and value == value.strip() and not any(sign in value for sign in ',"\r\n')
    return value if is_plain else '"{}"'.format(value.replace('"', '""'))


def safe_cell(text: str) -> str:
    return _BEGINNING.sub("'", text)


class _Line:
    """What csv writes into: it hands back what was written."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: Iterable[list[str]]) -> Iterator[str]:
    yield BYTE_ORDER_MARK
    writer = csv.writer(_Line())
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])
