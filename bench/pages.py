"""One reader, one connection: the list, its polls, and what goes over the wire."""

from __future__ import annotations

import gzip

from bench.report import Row, Section, at_most, in_floors
from bench.scale import Scale
from bench.served import LIST, Server, Tab
from bench.timing import medians
from bench.weight import bytes_of_first_load


def pages(server: Server, scale: Scale) -> Section:
    with server.connection() as connection:
        tab = Tab(connection)
        size = len(tab.changed().body)
        rows = [*_times(tab, scale), *_weights(tab)]
    note = (
        f"{scale.jobs:,} jobs, granian with one worker, one connection that stays open; medians of {scale.runs}, taken "
        "in turns. F is a signed-in request that reads session and user and does nothing else. A poll after a change "
        f"carries {size:,} bytes."
    )
    return Section("One reader", note, rows)


def _times(tab: Tab, scale: Scale) -> list[Row]:
    took = medians(
        {"floor": tab.floor, "page": tab.page, "changed": tab.changed, "unchanged": tab.unchanged}, runs=scale.runs
    )
    floor = took["floor"]
    return [
        Row("F", "", f"{floor:.2f} ms", "1 F"),
        in_floors("list page of 50", took["page"], floor, 4),
        in_floors("a poll after a change", took["changed"], floor, 2.5),
        in_floors("a poll without one", took["unchanged"], floor, 1.3),
    ]


def _weights(tab: Tab) -> list[Row]:
    partial = len(gzip.compress(tab.changed().body, 6))
    wire = tab.connection.bytes_of(LIST, HX_Request="true", HX_PTag=tab.tag)
    first = bytes_of_first_load(tab.connection, LIST)
    return [
        at_most("a poll without a change, all bytes on the wire", wire, 400, "bytes"),
        at_most("a poll after a change, compressed by a proxy", partial / 1000, 6, "KB"),
        at_most("first load of the list: HTML, CSS and JavaScript, not compressed", first / 1000, 120, "KB"),
    ]
