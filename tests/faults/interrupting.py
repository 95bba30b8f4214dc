"""Writes that the cloud has executed and not answered yet: the moment in which something stops the site."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.faults.cloud import FaultyCloud
from tests.faults.site import Site
from tests.faults.submitting import Form
from tests.faults.visitor import LIST, Answer, Visitor

RUNNING, OVER = "b0".ljust(24, "0"), "b0".ljust(22, "0") + "19"
"""Jobs that every prepared site knows, the second for long."""
ENTRY = "SELECT outcome, job_id, actor_name, words FROM jobs_auditentry WHERE action = ? ORDER BY id DESC LIMIT 1"


@dataclass(slots=True)
class Held:
    """The answer to a write, held back until `let_go`; `arrived` counts how often the write was executed."""

    cloud: FaultyCloud
    arrived: int = 0
    let_go: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.cloud.after_write = self._hold

    def _hold(self, _: str) -> None:
        self.arrived += 1
        self.let_go.wait(60)


@dataclass(frozen=True, slots=True)
class Write:
    """Something that a person does, and how the site tells of it afterwards."""

    action: str
    act: Callable[[Visitor], Answer]

    def __str__(self) -> str:
        return self.action.partition(":")[2]

    def outcome(self, site: Site) -> str:
        found = site.stored(ENTRY, self.action)
        return str(found[0][0]) if found else ""

    def who(self, site: Site) -> str:
        return str(site.stored(ENTRY, self.action)[0][2])


def _submit(visitor: Visitor) -> Answer:
    return Form.opened_by(visitor).send("interrupted")


def _cancel(visitor: Visitor) -> Answer:
    return _post(visitor, RUNNING, "cancel")


def _delete(visitor: Visitor) -> Answer:
    return _post(visitor, OVER, "delete")


def _post(visitor: Visitor, job: str, verb: str) -> Answer:
    page = visitor.get(f"{LIST}{job}/{verb}/")
    return visitor.post(f"{LIST}{job}/{verb}/", csrfmiddlewaretoken=page.field("csrfmiddlewaretoken"))


WRITES = (Write("job:submit", _submit), Write("job:cancel", _cancel), Write("job:delete", _delete))


@dataclass(slots=True)
class HeldSecond(Held):
    """The first answer goes through: what comes second is held, in the middle of a run over many jobs."""

    def _hold(self, _: str) -> None:
        self.arrived += 1
        if self.arrived == 2:
            self.let_go.wait(60)


def cancel_many(visitor: Visitor, ids: Iterable[str]) -> str:
    """Confirmed; the address of the run that has begun."""
    page = visitor.get("/orgs/bolt-robotics/bulk/")
    told = {"csrfmiddlewaretoken": page.field("csrfmiddlewaretoken"), "verb": "cancel", "jobs": " ".join(ids)}
    asked = visitor.post("/orgs/bolt-robotics/bulk/", **told)
    confirmed = {name: asked.field(name) for name in ("csrfmiddlewaretoken", "confirmed")}
    begun = visitor.post("/orgs/bolt-robotics/bulk/start/", **confirmed)
    assert begun.status == 302, begun.text
    return begun.headers["location"]
