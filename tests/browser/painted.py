"""How a page appeared, as the browser itself tells: when first and most of it was painted, and what jumped."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

WATCH = """(() => {
    const seen = (window.painted = { first: 0, largest: 0, shifts: [] });
    const place = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(" ");
    const name = (node) => {
        const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
        if (!element) return "something that is gone";
        const around = element.id ? "" : element.parentElement?.closest("[id]")?.id;
        const own = element.id ? `#${element.id}` : [element.localName, ...element.classList].join(".");
        return around ? `#${around} ${own}` : own;
    };
    const jump = ({ node, previousRect: from, currentRect: to }) => `${name(node)} (${place(from)} -> ${place(to)})`;
    const watch = (type, note) =>
        new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
    watch("paint", ({ startTime }) => (seen.first = startTime));
    watch("largest-contentful-paint", ({ startTime }) => (seen.largest = startTime));
    watch("layout-shift", ({ value, hadRecentInput, sources }) => {
        if (!hadRecentInput) seen.shifts.push([value, sources.map(jump).join(", ")]);
    });
})()"""


@dataclass(frozen=True, slots=True)
class Painted:
    """Milliseconds from the request to the first and the largest paint; what jumped, each with its share of CLS."""

    first: float
    largest: float
    shifts: list[tuple[float, str]]

    @property
    def shift(self) -> float:
        """All jumps together: never less than CLS, which counts only the worst five seconds."""
        return sum(value for value, _ in self.shifts)


def watch(page: Page) -> None:
    """For every page that this tab opens from now on."""
    page.add_init_script(WATCH)


def painted(page: Page) -> Painted:
    """So far."""
    told = page.evaluate("painted")
    return Painted(told["first"], told["largest"], [(value, what) for value, what in told["shifts"]])
