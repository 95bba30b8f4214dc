"""While the database takes nothing, pages are read on: what a reader's session would note is left out."""

from __future__ import annotations

from django import db
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

from jobs.storing import refusal_in

READING = ("GET", "HEAD", "OPTIONS")


class Sessions(SessionMiddleware):
    """Django's, for a database that may be read-only or full. It takes a refusal for a session that was deleted."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except (db.Error, SessionInterrupted) as error:
            refused = _refused(error)
            if refused is None:
                raise
            if request.method in READING:
                return response
            raise refused from refused.__cause__


def _refused(error: BaseException | None) -> BaseException | None:
    while error is not None and refusal_in(error) is None:
        error = error.__context__
    return error
