"""The page of the style guide: its sections in their order, with what they are about, and static/css/tokens.css, read:
sizes, spaces, and colours with the contrast that they have by day and by night.
"""

from __future__ import annotations

import re
from math import cos, radians, sin
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobs.permissions import person
from jobs.styleguide import made_up

# Ids of what stands around every page, or comes into its dialog.
OF_THE_FRAME = ("main", "notices", "offline", "ended", "person", "dialog", "dialog-title", "find", "found")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    person(request)
    guide = made_up.values() | {"tokens": read_tokens(), "icons": icons(), "sheets": sheets()}
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
    Section("filters", "Filters", ".filter-form .pairs .filters .period .active-filters .view-name"),
    Section("list", "The list", "job_list/_jobs.html job_list/_row.html .jobs .new-jobs .pager [data-gone]"),
    Section("bars", "Times", "{% timing job %} {% timeline job %} .timing .track .times .strip [data-part] .overrun"),
    Section("selection", "Several jobs", ".selection .tick .several .ended .items [data-item] .meant-jobs .managed"),
    Section("warnings", "Warnings", ".warning [data-calm] .words .trouble .problems"),
    Section("messages", "Notices", "_notice.html .toast [data-toast] [data-calm] .dismiss"),
    Section("empty", "Empty states", ".empty"),
    Section("dialogs", "Dialogs", "dialog .ask .name .problem .danger"),
    Section("palette", "Palette and keys", ".find .found [role=option] [aria-selected] kbd .shortcuts"),
    Section("job", "A job", ".job-head .summary .failure .traceback .comparison .within"),
    Section(
        "annotations",
        "Notes, tags and stars",
        "annotations/_marks.html annotations/_notes.html .marks .star .tags .add-tag .notes .noted",
    ),
    Section("facts", "Details and history", ".columns .details .labels .arguments .history .facts"),
    Section("words", "Reproduce a job", "job_page/_code_snippets.html .words .more .code .copy"),
    Section("log", "Log lines", ".log-head .sieve .log-state .log [data-level] [data-reread] [data-marked] .new-lines"),
    Section("compare", "Side by side", "compare/_choose.html .sides .side .letter .differences .choose .offers"),
    Section("submit", "Preflight checks", ".workbench .findings .code .trouble"),
    Section("organizations", "Organizations and models", ".standing .counts .latest .guide .models .newest .spark"),
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


SIZE = re.compile(r"--(size-\d+): ")
SPACE = re.compile(r"--(space-\d+): ")
COLOUR = re.compile(r"(?<![\w-])--([\w-]+): (?:light-dark\()?(oklch\([^()]*\))(?:, (oklch\([^()]*\)))?")
# What a colour stands on, where that isn't the page.
GROUNDS = {
    "blue": "blue-fill",
    "green": "green-fill",
    "amber": "amber-fill",
    "danger-text": "red-fill",
    "on-fill": "red",
}
# What text stands on.
SURFACES = {"page", "raised", "sunken", "blue-fill", "green-fill", "red-fill", "amber-fill"}
# Filled with, below what is written in --on-fill.
FILLS = {"action", "action-hover", "danger", "danger-hover", "red"}


class Colour(NamedTuple):
    """A role; `by_day` and `by_night` are its contrast to `other`, None for what lets others shine through."""

    name: str
    other: str
    by_day: float | None
    by_night: float | None


class Tokens(NamedTuple):
    """Names without the two dashes."""

    sizes: list[str]
    spaces: list[str]
    colours: list[Colour]

    @property
    def halves(self) -> tuple[list[Colour], list[Colour]]:
        """The colours for two columns."""
        middle = (len(self.colours) + 1) // 2
        return self.colours[:middle], self.colours[middle:]


def read_tokens() -> Tokens:
    text = (settings.ROOT / "static/css/tokens.css").read_text()
    known = {name: (day, night or day) for name, day, night in COLOUR.findall(text)}
    return Tokens(SIZE.findall(text), SPACE.findall(text), [_colour(name, known) for name in known])


def _colour(name: str, known: dict[str, tuple[str, str]]) -> Colour:
    other = "text" if name in SURFACES else "on-fill" if name in FILLS else GROUNDS.get(name, "page")
    day, night = (contrast(one, to) for one, to in zip(known[name], known[other], strict=True))
    return Colour(name, other, day, night)


def contrast(one: str, other: str) -> float | None:
    """WCAG's contrast of two opaque colours, from 1 to 21."""
    if "/" in one + other:
        return None
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(oklch: str) -> float:
    """How bright an ordinary screen shows it, from 0 to 1 (Ottosson's Oklab, clipped to sRGB)."""
    light, chroma, hue = map(float, oklch.removeprefix("oklch(").removesuffix(")").split())
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    parts = zip((0.2126, 0.7152, 0.0722), (red, green, blue), strict=True)
    return sum(weight * min(1.0, max(0.0, value)) for weight, value in parts)
