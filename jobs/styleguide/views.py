"""The page of the style guide."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobs.permissions import person
from jobs.styleguide import made_up, sections, tokens
from jobs.styleguide.sections import SECTIONS

# Ids of what stands around every page, or comes into its dialog.
OF_THE_FRAME = ("main", "notices", "offline", "ended", "person", "dialog", "dialog-title", "find", "found")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    person(request)
    guide = made_up.values() | {"tokens": tokens.read(), "icons": sections.icons(), "sheets": sections.sheets()}
    seen = dict.fromkeys([*OF_THE_FRAME, *(section.name for section in SECTIONS)], 1)
    return render(request, "styleguide/page.html", {"sections": SECTIONS, "guide": guide, "seen": seen})
