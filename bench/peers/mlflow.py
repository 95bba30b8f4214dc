"""MLflow's tracking server, with so many runs in a SQLite file."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.peers.environment import HERE, Peer, python_of, running, surroundings

SEARCH = "/api/2.0/mlflow/runs/search"
SECONDS_TO_FILL = 300


@contextmanager
def mlflow(folder: Path, items: int) -> Iterator[Peer]:
    python, store = python_of("mlflow"), f"sqlite:///{folder / 'mlflow.sqlite3'}"
    newest = {
        "experiment_ids": [_filled(python, store, items)],
        "max_results": 50,
        "order_by": ["attributes.start_time DESC"],
    }
    serve = (
        python,
        "-m",
        "mlflow",
        "server",
        "--backend-store-uri",
        store,
        "--artifacts-destination",
        folder / "files",
    )
    where = ("--host", "127.0.0.1", "--port", "{port}", "--workers", "1")
    with running(folder, *serve, *where, path="/health") as (server, asked):
        body = json.dumps(newest)
        yield Peer(
            "MLflow", "/", server, asked, lambda: asked.ask(SEARCH, body=body, Content_Type="application/json").body
        )


def _filled(python: Path, store: str, items: int) -> str:
    """The id of the experiment that has the runs."""
    done = subprocess.run(
        [python, "-P", HERE / "mlflow_fill.py", store, str(items)],
        env=surroundings(),
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_FILL,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-300:])
    return done.stdout.split()[-1]
