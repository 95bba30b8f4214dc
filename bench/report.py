"""A row says what was promised, what was measured, and whether it was kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

HEAD = ["| what | target | measured | ratio | met |", "|---|---|---:|---:|---|"]


@dataclass(frozen=True, slots=True)
class Row:
    """`is_met` is None where nothing was promised or nothing could be measured; `detail` stands below the table."""

    what: str
    target: str
    figure: str
    ratio: str = ""
    is_met: bool | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    note: str
    rows: list[Row]


def at_most(what: str, figure: float, limit: float, unit: str) -> Row:
    """Smaller is better."""
    target = f"≤ {_number(limit)} {unit}" if limit else "none"
    return Row(what, target, f"{_number(figure)} {unit}", is_met=figure <= limit)


def at_least(what: str, figure: float, limit: float, unit: str) -> Row:
    """Larger is better."""
    return Row(what, f"≥ {_number(limit)} {unit}", f"{_number(figure)} {unit}", is_met=figure >= limit)


def in_floors(what: str, figure_ms: float, floor_ms: float, limit: float) -> Row:
    """A time, as a multiple of F."""
    ratio = figure_ms / floor_ms
    return Row(what, f"≤ {_number(limit)} F", f"{figure_ms:.2f} ms", f"{ratio:.2f} F", round(ratio, 2) <= limit)


def times_less(what: str, ours: float, theirs: float, unit: str, least: float) -> Row:
    """How many times less ours is than theirs."""
    ratio = theirs / ours
    figure = f"{_number(ours)} / {_number(theirs)} {unit}"
    return Row(what, f"≥ {_number(least)} × less", figure, f"{_number(ratio)} ×", ratio >= least)


def times_more(what: str, figure: float, before: float, unit: str, most: float) -> Row:
    """How many times more it is than in another situation."""
    ratio = figure / before
    return Row(
        what, f"≤ {_number(most)} ×", f"{_number(before)} → {_number(figure)} {unit}", f"{ratio:.2f} ×", ratio <= most
    )


def unmeasured(what: str, target: str, reason: object) -> Row:
    return Row(what, target, f"not measured: {' '.join(str(reason).split())[:200] or type(reason).__name__}")


def text_of(section: Section) -> str:
    """Markdown."""
    details = [f"- {row.what}: {row.detail}." for row in section.rows if row.detail]
    below = ["", *details] if details else []
    return "\n".join([f"### {section.title}", "", section.note, "", *HEAD, *map(_line, section.rows), *below, ""])


def summary(sections: Iterable[Section]) -> str:
    promised = [row for section in sections for row in section.rows if row.is_met is not None]
    missed = [row.what for row in promised if not row.is_met]
    kept = f"{len(promised) - len(missed)} of {len(promised)} targets are met."
    return f"{kept} Missed: {'; '.join(missed)}." if missed else kept


def _line(row: Row) -> str:
    met = "" if row.is_met is None else "yes" if row.is_met else "**no**"
    return f"| {row.what} | {row.target} | {row.figure} | {row.ratio} | {met} |"


def _number(value: float) -> str:
    """Three digits that count, and no more."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}".removesuffix(".0") if value >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")
