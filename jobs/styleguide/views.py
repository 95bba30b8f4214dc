"""The page of the style guide: its sections in their order, with the classes, tags, sheets and icons they are about."""

from __future__ import annotations

import re
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobs.permissions import person
from jobs.styleguide import made_up, tokens

# Ids of what stands around every page, or comes into its dialog.
OF_THE_FRAME = ("main", "notices", "offline", "ended", "person", "dialog", "dialog-title", "find", "found")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    person(request)
    guide = made_up.values() | {"tokens": tokens.read(), "icons": icons(), "sheets": sheets()}
    seen = dict.fromkeys([*OF_THE_FRAME, *(section.name for section in SECTIONS)], 1)
    return render(request, "styleguide/page.html", {"sections": SECTIONS, "guide": guide, "seen": seen})


NAME = re.compile(r"\{%[^%]*%\}|\S+")


class Section(NamedTuple):
    """`name` is its anchor and its partial; `used` names what to write to get what it shows."""

    name: str
    title: str
    used: str

    @property
    def template(self) -> str:
        return f"styleguide/_{self.name}.html"

    @property
    def names(self) -> list[str]:
        return NAME.findall(self.used)


SECTIONS = (
    Section("colours", "Colours", "var(--page) var(--text) var(--blue-fill) …"),
    Section("type", "Type", "var(--size-14) h1 h2 h3 .lead .quiet .id .version a code"),
    Section("space", "Space and shape", "var(--space-8) var(--row) var(--radius) var(--shadow) :focus-visible"),
    Section("icons", "Icons", '{% icon "new" %} .icon .turning'),
    Section("badges", "Badges", "{% badge job.state %} .badge [data-status]"),
    Section(
        "buttons",
        "Buttons",
        ".button .primary .plain .danger :disabled [aria-busy] .buttons .watch [aria-pressed] .link .act .copy",
    ),
    Section("fields", "Fields", "_field.html _problems.html .field [data-wrong] .help .errorlist .pair"),
    Section("choices", "Choices", ".check .choices .dense .segments .chips .ticks .rows .meant .more"),
    Section("frame", "Frame", ".top .brand .place .places .switch .skip .heading .search .facets .back"),
    Section(
        "tabs",
        "Tabs and switches",
        ".ledge .statuses .out .tabs .kinds .toggle .as-of .pause [aria-current]",
    ),
    Section("menus", "Menus", ".menu .below .choices-of .views .save .manage"),
    Section("filters", "Filters", ".filter-form .pairs .filters .period .active-filters"),
    Section("list", "The list", "job_list/_jobs.html job_list/_row.html .jobs .pager [data-gone]"),
    Section("bars", "Times", "{% timing job %} {% timeline job %} .timing .track .times .strip [data-part] .overrun"),
    Section("selection", "Several jobs", ".selection .tick .several .ended .items [data-item] .meant-jobs .managed"),
    Section("warnings", "Warnings", ".warning [data-calm] .words .trouble .problems"),
    Section("messages", "Notices", "_notice.html .toast [data-toast] [data-calm] .dismiss"),
    Section("empty", "Empty states", ".empty"),
    Section("dialogs", "Dialogs", "dialog .ask .name .problem .danger"),
    Section("palette", "Palette and keys", ".find .found [role=option] [aria-selected] kbd .shortcuts"),
    Section("job", "A job", ".job-head .summary .failure .traceback .comparison .within"),
    Section("facts", "Details and history", ".columns .details .labels .arguments .history .facts"),
    Section("words", "Reproduce a job", "job_page/_code_snippets.html .words .more .code .copy"),
    Section("log", "Log lines", ".log-head .sieve .log-state .log [data-level] [data-reread] [data-marked] .new-lines"),
    Section("compare", "Side by side", "compare/_choose.html .sides .side .letter .differences .choose .offers"),
    Section("submit", "Preflight checks", ".workbench .findings .code .trouble"),
    Section("organizations", "Organizations and models", ".standing .counts .latest .guide .models .newest"),
    Section("keys", "API keys", ".key .trouble .listed"),
    Section("people", "People and activity", ".people .invitations .invite .activity .outcome .action"),
    Section("settings", "Your settings", ".settings .about .things .pairing"),
    Section("insights", "Charts", ".charts .chart .legend [data-role] .piled .breakdown .reasons .counted .told"),
    Section("bare", "Bare pages", ".bare .other-ways"),
)


# Every page has these (base.html).
EVERYWHERE = {"tokens", "base", "components", "forms", "utilities"}
OWN = "styleguide"


def sheets() -> list[str]:
    """Those of the pages, and at last the one of the style guide itself."""
    names = {file.stem for file in (settings.ROOT / "static/css").glob("*.css")} - EVERYWHERE - {OWN}
    return [f"css/{name}.css" for name in [*sorted(names), OWN]]


def icons() -> list[str]:
    return re.findall(r'id="icon-([\w-]+)"', (settings.ROOT / "templates/_icons.html").read_text())
