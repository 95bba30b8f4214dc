"""What an Undo button carries: for whom and how long it holds, whatever is done to it on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import signing
from django.utils import timezone

from jobs.audit import undo
from jobs.models import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> list[undo.Told]:
    """An action of these tests alone; what it was asked to undo."""
    asked: list[undo.Told] = []

    def how(user: User, actor: Actor, told: undo.Told) -> str:
        asked.append(told)
        return "It is as it was."

    monkeypatch.setitem(undo._known, "test:action", how)
    return asked


def undone(user: User, note: str) -> str:
    return undo.undo(user, Actor(user), note)


def test_whoever_did_it_undoes_it(bo: User, known: list[undo.Told]) -> None:
    assert undone(bo, undo.note(bo, "test:action", name="“x”", number=3)) == "It is as it was."
    assert known == [{"name": "“x”", "number": 3}]


def test_nobody_else_does(bo: User, ana: User, known: list[undo.Told]) -> None:
    with pytest.raises(undo.NotUndone, match="Someone else did it"):
        undone(ana, undo.note(bo, "test:action"))
    assert known == []


@pytest.mark.parametrize("late", [False, True])
def test_it_holds_for_ten_minutes(bo: User, known: list[undo.Told], late: bool) -> None:
    note = undo.note(bo, "test:action")
    with time_machine.travel(timezone.now() + undo.HOLDS + timedelta(seconds=5 if late else -5), tick=False):
        if not late:
            undone(bo, note)
        else:
            with pytest.raises(undo.NotUndone, match="10 minutes"):
                undone(bo, note)
    assert len(known) == (0 if late else 1)


def test_what_was_tampered_with_is_nothing(bo: User, known: list[undo.Told]) -> None:
    note = undo.note(bo, "test:action")
    other = undo.note(bo, "test:action", name="other")
    for wrong in ("", "x", note[:-1], "x" + note, other.split(":")[0] + ":" + ":".join(note.split(":")[1:])):
        with pytest.raises(undo.NotUndone, match="This undo link is invalid"):
            undone(bo, wrong)
    assert known == []


def test_a_note_of_something_else_that_this_site_signs_is_none(bo: User) -> None:
    with pytest.raises(undo.NotUndone, match="This undo link is invalid"):
        undone(bo, signing.dumps({"who": bo.pk, "deed": "test:action", "told": {}}, salt="jobs.bulk"))


def test_an_action_that_nobody_knows_is_not_undone(bo: User) -> None:
    with pytest.raises(undo.NotUndone):
        undone(bo, undo.note(bo, "job:delete"))
