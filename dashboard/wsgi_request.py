"""A request as it comes from the web server. Its headers are anybody's: what they say must never keep Django from
making a request of it, for that happens outside of all middleware, and the answer would be the web server's bare 500.

The site speaks UTF-8, like every page of it and every browser that fills in its forms. Django decodes addresses and
forms with whatever codec a Content-Type names, `hex` and `unicode_escape` included.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
OURS = {"utf-8", "utf8", "us-ascii", "ascii"}


class Request(WSGIRequest):
    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        """A charset is remembered in `content_params` and not taken; what can't be read is no content type at all."""
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except (LookupError, ValueError):
            self.content_type, self.content_params = "", {}

    def _load_post_and_files(self) -> None:
        """Raises BadRequest for a form in another charset, rather than read it as what it is not."""
        is_form = self.method == "POST" and self.content_type in FORMS
        if is_form and (self.content_params or {}).get("charset", "utf-8").strip().lower() not in OURS:
            raise BadRequest("Send the form in UTF-8.")
        super()._load_post_and_files()


class Handler(WSGIHandler):
    request_class = Request
