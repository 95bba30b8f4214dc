"""One record, one line: text from outside can't forge a second record in our log."""

import logging


class OneLine(logging.Formatter):
    """Escapes control characters of the message; a traceback keeps its lines, indented below its record."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = "".join(
            letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in record.message
        )
        return super().formatMessage(record)
