"""How the site bears a cloud, a network, a process or a database that misbehaves, with the intervals of real life.

`python -m bench.faults` takes about eight minutes and prints the table of docs/faults.md; `--long` adds an
outage of five minutes, `--answers 50` loses fewer answers. Its exit code tells whether all stayed within bounds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory

from grpc import StatusCode

from tests.faults import breaking, trials
from tests.faults.cloud import BOLT, EVERY, FaultyCloud
from tests.faults.network import Network
from tests.faults.outages import CloudProcess
from tests.faults.site import SERVE, Prepared, prepared_in, serving
from tests.faults.tabs import Tabs
from tests.faults.trials import Bench, Trial
from tests.viam.small_cloud import Refusal

AS_IN_LIFE = {
    "REFRESH_ACTIVE_SECONDS": str(trials.INTERVAL),
    "REFRESH_QUIET_SECONDS": "30",
    "REFRESH_COMPLETE_SECONDS": "60",
    "REFRESH_QUIET_COMPLETE_SECONDS": "300",
    "VIAM_RECEIVE_LIMIT_MIB": "256",
}
WORKERS = ("--workers", "2")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="also an outage of five minutes")
    parser.add_argument("--answers", type=int, default=1_000, help="how many answers to submits are lost (1,000)")
    options = parser.parse_args()
    done = []
    print(HEAD, flush=True)
    with TemporaryDirectory() as folder:
        for trial in _trials(Path(folder), options.long, options.answers):
            print(_row(trial), flush=True)
            done.append(trial)
    return 0 if all(trial.is_good for trial in done) else 1


def _trials(folder: Path, is_long: bool, answers: int) -> Iterator[Trial]:
    prepared = prepared_in(_made(folder / "prepared"))
    yield from _outages(prepared, _made(folder / "outages"), [5, 30, 90, *([300] if is_long else [])])
    yield from _troubles(prepared, _made(folder / "troubles"), answers)


def _outages(prepared: Prepared, folder: Path, lasting: list[int]) -> Iterator[Trial]:
    """A cloud in a process of its own."""
    with CloudProcess(folder) as cloud, _bench(prepared, folder, cloud.start().endpoint) as bench:
        yield bench.calm(10)
        for seconds in lasting:
            yield bench.trial("cloud killed", breaking.killed(cloud), seconds)
        yield bench.trial("cloud stopped (SIGSTOP)", breaking.stopped(cloud), 10, trials.HALF_OPEN)
        yield bench.trial("SYNs dropped", breaking.swallowed(cloud), 15, trials.HALF_OPEN)


def _troubles(prepared: Prepared, folder: Path, answers: int) -> Iterator[Trial]:
    """A cloud in this process, behind a network that breaks."""
    away = Refusal(StatusCode.UNAVAILABLE, "upstream connect error")
    with (
        FaultyCloud().running() as cloud,
        Network(cloud.port).running() as network,
        _bench(prepared, folder, str(network.endpoint)) as bench,
    ):
        calls = _Counter(cloud)
        yield bench.trial("half-open connection", breaking.frozen(network), 0, trials.HALF_OPEN)
        late = breaking.before_complete_list(bench.site, breaking.frozen(network))
        yield bench.trial("the same, a complete list being due", late, 0, trials.WITH_COMPLETE_LIST)
        yield bench.trial("port that never answers", breaking.silent(network), 20, trials.HALF_OPEN)
        yield bench.trial("RST in mid-answer", breaking.resetting(network), 15)
        yield bench.trial("half a second a call", breaking.slow(cloud, 0.5), 10)
        calls.reset()
        yield bench.trial("UNAVAILABLE to every call", breaking.refusing(cloud, EVERY, away), 20, None, calls.tell)
        yield trials.expired_tokens(bench, cloud)
        yield bench.trial("database locked", breaking.locked(folder), 30, trials.HALF_OPEN)
        yield trials.killed_refresher(bench, cloud)
        yield trials.lost_answers(bench, cloud, network, answers)


class _Counter:
    def __init__(self, cloud: FaultyCloud) -> None:
        self._cloud = cloud
        self._before = 0

    def reset(self) -> None:
        self._before = len(self._cloud.seen)

    def tell(self) -> str:
        return f"{len(self._cloud.seen) - self._before} calls in all; the pause grows"


@contextmanager
def _bench(prepared: Prepared, folder: Path, endpoint: str) -> Iterator[Bench]:
    with (
        serving(prepared, folder, {BOLT: endpoint}, options=WORKERS, settings=AS_IN_LIFE, command=SERVE) as site,
        Tabs(site, pause=1.0).open(trials.TABS) as tabs,
    ):
        yield Bench(site, tabs)


HEAD = (
    "| fault | lasted | true again after | bound | polls | failed | p99 | slowest | |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|---|"
)


def _row(trial: Trial) -> str:
    polls = trial.polls
    cells = [
        trial.fault,
        _seconds(trial.lasted),
        _seconds(trial.recovered),
        _seconds(trial.bound),
        f"{len(polls.all):,}",
        str(len(polls.failed)),
        f"{polls.p99 * 1000:.0f} ms",
        f"{polls.slowest * 1000:.0f} ms",
        trial.note if trial.is_good else f"{trial.note} **out of bounds**".strip(),
    ]
    return f"| {' | '.join(cells)} |"


def _seconds(value: float | None) -> str:
    return "" if value is None or not isfinite(value) else f"{value:.1f} s"


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    sys.exit(main())
