"""While the database takes nothing, pages are read on: what a reader's session would note is left out."""

from __future__ import annotations

from django import db
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

from jobs.storing import is_busy, note, refusal_in

# In a request's META, of which nobody outside can set a name like this.
ONLY_NOTED = "trainyard.only_noted"


class Sessions(SessionMiddleware):
    """Django's, for a database that may be read-only, full or busy. It takes a refusal for a session that was deleted.

    Only when it was used may be left out, or is noted the next time. Whatever else is new in a session, that somebody
    signed in for instance, is written like anything else.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            if request.META.get(ONLY_NOTED):
                note(lambda: self._save(request, response))
                return response
            return super().process_response(request, response)
        except (db.Error, SessionInterrupted) as error:
            refused = _refused(error)
            if refused is None:
                raise
            if not request.META.get(ONLY_NOTED):
                raise refused from refused.__cause__
        return response

    def _save(self, request: HttpRequest, response: HttpResponse) -> None:
        super().process_response(request, response)


def _refused(error: BaseException | None) -> BaseException | None:
    while error is not None and refusal_in(error) is None and not is_busy(error):
        error = error.__context__
    return error
