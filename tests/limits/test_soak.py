"""Row 97: what `python -m bench.soak`, a step of .ci/run, would notice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.soak import growth
from tests.faults.holdings import Holdings

STEADY = Holdings(memory=90.0, descriptors=60, threads=14, connections=1)


def samples(last: Holdings) -> list[Holdings]:
    """Two thirds of the time steady, then this."""
    return [STEADY] * 20 + [last] * 10


@pytest.mark.parametrize("name", ["memory", "descriptors", "threads", "connections"])
def test_growth_is_complained_of(name: str) -> None:
    grown = replace(STEADY, **{name: getattr(STEADY, name) + 10})
    [complaint] = growth(samples(grown))
    assert complaint.startswith(f"{name} grew by 10")


def test_what_comes_and_goes_is_not() -> None:
    assert list(growth(samples(replace(STEADY, memory=91.5, descriptors=62, threads=16)))) == []


def test_the_beginning_of_a_process_is_not() -> None:
    young = replace(STEADY, memory=60.0, descriptors=40, threads=5, connections=0)
    assert list(growth([young] * 10 + [STEADY] * 20)) == []
