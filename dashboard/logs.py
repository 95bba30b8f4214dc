"""One record, one line: text from outside can't forge a second record in our log. A failed request has a number."""

import logging

from dashboard.errors import is_database_away, reference_of


class OneLine(logging.Formatter):
    """Escapes control characters of the message; a traceback keeps its lines, indented below its record."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = "".join(
            letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in record.message
        )
        return super().formatMessage(record)


class RequestsByNumber(logging.Filter):
    """Names the number that the page told. Of a database that is away, one line says all that a traceback would."""

    def filter(self, record: logging.LogRecord) -> bool:
        reference = reference_of(getattr(record, "request", None))
        if reference:
            record.msg, record.args = f"{record.getMessage()} (request {reference})", ()
            error = record.exc_info[1] if record.exc_info else None
            if is_database_away(error):
                record.msg, record.exc_info = f"{record.msg}: {str(error).partition(chr(10))[0]}", None
        return True
