"""Ten minutes of ordinary life with bad luck: one call in a hundred fails. Nothing may grow but the history.

`python -m bench.soak [--seconds 60]` prints what a web worker and the refresher hold; its exit code tells whether
memory, descriptors, threads and connections to the cloud stayed as they were after the first third.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import astuple, dataclass, field, replace
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID
from jobs.domain import ModelType
from protos import ml_training_pb2 as ml
from tests.faults.holdings import Holdings, holdings_of
from tests.faults.luck import BadLuck
from tests.faults.network import Network
from tests.faults.site import SETTINGS, Site, furnished, served
from tests.faults.submitting import Form
from tests.faults.tabs import Polls, Tabs
from tests.faults.visitor import LIST, Visitor
from tests.installed import Installation, production

BRISK = {"REFRESH_ACTIVE_SECONDS": "0.4", "REFRESH_COMPLETE_SECONDS": "10", "REFRESH_WATCHED_SECONDS": "30"}
GROWTH = Holdings(memory=6.0, descriptors=4, threads=3, connections=1)
"""What may come and go between two looks."""
MEMORY_SHARE = 0.05
SAMPLE_SECONDS = 1.0
LONG_RUN_SECONDS, WARMING_MIB = 300.0, 24.0
SUBMIT_SECONDS = 5.0
LISTS = 12


@dataclass(slots=True)
class Soak:
    site: Site
    cloud: Emulator
    luck: BadLuck
    cloud_port: int
    samples: list[Holdings] = field(default_factory=list)
    polls: list[Polls] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)

    def run(self, seconds: float) -> None:
        """People look, read logs, submit; once a second the processes are looked at."""
        processes = self.site.workers()[0], self.site.refresher.process.pid
        end = time.monotonic() + seconds
        with self._tabs(), self.site.visitor() as visitor:
            form = self._form(visitor)
            submit_at = time.monotonic()
            while (now := time.monotonic()) < end:
                if now >= submit_at:
                    self._submit(form)
                    submit_at = now + SUBMIT_SECONDS
                self.samples.append(_sum(holdings_of(process, self.cloud_port) for process in processes))
                time.sleep(SAMPLE_SECONDS)

    @contextmanager
    def _tabs(self) -> Iterator[None]:
        """Lists, pages of jobs, and logs that are read as they grow."""
        jobs = [job.id for job in self.cloud.world.jobs(BOLT_ROBOTICS_ID) if job.status == ml.TRAINING_STATUS_COMPLETED]
        addresses = [LIST] * LISTS + [f"{LIST}{job}/" for job in jobs[:4]] + [f"{LIST}{job}/logs/" for job in jobs[:4]]
        with ExitStack() as stack:
            tabs = [stack.enter_context(Tabs(self.site, address, pause=1.0).open(1)) for address in addresses]
            yield
        self.polls += [Polls(tab.met) for tab in tabs]

    def _form(self, visitor: Visitor) -> Form:
        """For jobs like one that went well."""
        jobs = self.cloud.world.jobs(BOLT_ROBOTICS_ID)
        like = next(job for job in jobs if job.status == ml.TRAINING_STATUS_COMPLETED and not job.is_custom_job)
        task, labels = ModelType(like.model_type).word, ", ".join(like.tags)
        return replace(Form.opened_by(visitor), dataset=like.dataset_id, task=task, labels=labels)

    def _submit(self, form: Form) -> None:
        answer = form.send(f"steady-soak-{self.answers.total()}")
        self.answers[answer.status] += 1

    def complaints(self) -> Iterator[str]:
        """What is wrong at the end; nothing, if all is well."""
        # A worker fills its caches for minutes: a short run tells of descriptors, threads and connections alone.
        is_long = len(self.samples) >= LONG_RUN_SECONDS / SAMPLE_SECONDS
        yield from growth(self.samples, GROWTH.memory if is_long else WARMING_MIB)
        if failed := [poll for polls in self.polls for poll in polls.failed]:
            yield f"{len(failed)} polls failed, for instance with {failed[0].status}"
        if wrong := sorted(set(self.answers) - {302, 422}):
            yield f"a submit was answered with {wrong}"
        if not self.luck.struck:
            yield "no fault struck"
        if self.site.stored(STUCK, "-75 seconds") != [(0,)]:
            yield "an organization was not refreshed for more than a lease"


STUCK = "SELECT count(*) FROM jobs_organization WHERE slug = 'bolt-robotics' AND fetched_at < datetime('now', ?)"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--share", type=float, default=0.01, help="of all calls that meet a fault (0.01)")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with _soak(options.share, options.seed) as soak:
        soak.run(options.seconds)
        complaints = list(soak.complaints())
        print(_report(soak))
    print("\n".join(complaints) or "All is well.")
    return 1 if complaints else 0


@contextmanager
def _soak(share: float, seed: int) -> Iterator[Soak]:
    luck = BadLuck(0.0, seed)
    cloud = Emulator(jobs=60, seed=seed, speed=30, live=True)
    cloud.faults = luck
    with TemporaryDirectory() as folder, cloud, Network(cloud.port).running() as network:
        luck.forget_tokens, luck.reset = cloud.revoke_tokens, network.reset
        settings = production(VIAM_ENDPOINTS=str(network.endpoint), KEY_ID=DEMO_KEY_ID, KEY=DEMO_KEY)
        site = furnished(Installation(Path(folder), **settings, **SETTINGS, **BRISK))
        with served(site) as running:
            luck.share = share
            yield Soak(running, cloud, luck, network.port)


def growth(samples: list[Holdings], most_mib: float = GROWTH.memory) -> Iterator[str]:
    """What the last third holds more than the second; the first is a process that warms up."""
    third = len(samples) // 3
    before, after = _typical(samples[third : 2 * third]), _typical(samples[2 * third :])
    if (grown := after.memory - before.memory) > max(most_mib, MEMORY_SHARE * before.memory):
        yield f"memory grew by {grown:.1f} MiB"
    for name in ("descriptors", "threads", "connections"):
        if (more := getattr(after, name) - getattr(before, name)) > getattr(GROWTH, name):
            yield f"{name} grew by {more}"


def _sum(of_each: Iterable[Holdings]) -> Holdings:
    return Holdings(*(sum(numbers) for numbers in zip(*map(astuple, of_each), strict=True)))


def _typical(samples: list[Holdings]) -> Holdings:
    return Holdings(
        memory=median(sample.memory for sample in samples),
        descriptors=int(median(sample.descriptors for sample in samples)),
        threads=int(median(sample.threads for sample in samples)),
        connections=int(median(sample.connections for sample in samples)),
    )


def _report(soak: Soak) -> str:
    """What the processes held in each tenth of the time."""
    tenth = max(1, len(soak.samples) // 10)
    lines = ["| tenth | memory | descriptors | threads | connections |", "|---:|---:|---:|---:|---:|"]
    for number, start in zip(count(1), range(0, len(soak.samples) - tenth + 1, tenth)):
        held = _typical(soak.samples[start : start + tenth])
        lines.append(f"| {number} | {held.memory:.1f} MiB | {held.descriptors} | {held.threads} | {held.connections} |")
    polls = sum(len(met.all) for met in soak.polls)
    faults = ", ".join(f"{number} {fault}" for fault, number in sorted(soak.luck.struck.items()))
    answers = ", ".join(f"{number} x {status}" for status, number in sorted(soak.answers.items()))
    told = f"{polls:,} polls, {soak.cloud.calls.total():,} calls of the cloud, submits answered {answers}"
    return "\n".join([*lines, "", f"{told}; faults: {faults}"])


if __name__ == "__main__":
    sys.exit(main())
