"""One record, one line: text from outside can't forge a second record in our log. A line about a request has its id.
No line holds a link that lets somebody in.
"""

import logging

from django.http import HttpRequest

from dashboard.errors import is_database_away
from dashboard.requests import current_request_id, current_secrets, request_id
from dashboard.secret_addresses import hide, values_in


class OneLine(logging.Formatter):
    """Escapes control characters of the message; a traceback keeps its lines, indented below its record."""

    def format(self, record: logging.LogRecord) -> str:
        return hide(super().format(record), *_paths_of(record), values=_secrets_of(record))

    def formatMessage(self, record: logging.LogRecord) -> str:
        about = _request_of(record)
        record.message = (f"[{about}] " if about else "") + escaped(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:
        return indented(super().formatException(ei))  # type: ignore[arg-type]

    def formatStack(self, stack_info: str) -> str:
        return indented(super().formatStack(stack_info))


def escaped(line: str) -> str:
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in line)


def indented(text: str) -> str:
    """An error's own words may have lines as well: none of them begins where a record does."""
    return "\n".join(f"    {escaped(line)}" for line in text.split("\n"))


def _request_of(record: logging.LogRecord) -> str:
    """Django tells of an answer when it has left the middleware, and brings the request along."""
    request = getattr(record, "request", None)
    return request_id(request) if isinstance(request, HttpRequest) else current_request_id()


def _paths_of(record: logging.LogRecord) -> list[str]:
    """The path of the request that the record brings along: as we write it, and as Django does."""
    request = getattr(record, "request", None)
    if not isinstance(request, HttpRequest):
        return []
    return [escaped(request.path), request.path.encode("unicode_escape").decode()]


def _secrets_of(record: logging.LogRecord) -> tuple[str, ...]:
    request = getattr(record, "request", None)
    return values_in(request.get_full_path()) if isinstance(request, HttpRequest) else current_secrets()


class AccessLog(logging.Filter):
    """The web server tells a request in pieces: a query that stands alone is hidden as behind its path."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, dict) and isinstance(record.args.get("query_string"), str):
            query = hide(f"?{record.args['query_string']}").removeprefix("?")
            record.args = {**record.args, "query_string": query}
        return True


class AbsencesInBrief(logging.Filter):
    """Of a database that is away, one line says all that a traceback would."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if is_database_away(error):
            record.msg, record.args = f"{record.getMessage()}: {str(error).partition(chr(10))[0]}", ()
            record.exc_info = None
        return True
