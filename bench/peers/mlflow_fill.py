"""Runs in MLflow's environment: an experiment with so many runs, each with what a training job has; prints its id."""

# mypy: disable-error-code="import-not-found,import-untyped,no-untyped-call,attr-defined"

from __future__ import annotations

import sys
import time
from random import Random
from typing import Any

from mlflow.store.tracking.dbmodels.models import SqlLatestMetric, SqlParam, SqlRun, SqlTag
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

Rows = dict[type[Any], list[dict[str, Any]]]


def add(rows: Rows, number: int, items: int, experiment: int, dice: Random) -> None:
    run, name = f"{dice.getrandbits(128):032x}", f"bolt-finder-{number}"
    started = int(1000 * (time.time() - 60.0 * (items - number)))
    named = {"run_uuid": run, "name": name, "experiment_id": experiment, "user_id": "ana"}
    times = {"start_time": started, "end_time": started + 600_000, "status": "FINISHED", "source_type": "LOCAL"}
    place = {"artifact_uri": f"mlflow-artifacts:/{experiment}/{run}/artifacts", "lifecycle_stage": "active"}
    rows[SqlRun].append(named | times | place | {"source_name": "train.py", "entry_point_name": ""})
    for key, value in {"epochs": "100", "labels": "bolt,nut", "dataset": "bolts-line-3", "version": "v1"}.items():
        rows[SqlParam].append({"run_uuid": run, "key": key, "value": value})
    for key, value in {"mlflow.runName": name, "mlflow.user": "ana", "kind": "managed"}.items():
        rows[SqlTag].append({"run_uuid": run, "key": key, "value": value})
    for key in ("accuracy", "loss"):
        seen = {"timestamp": started, "step": 100, "is_nan": False}
        rows[SqlLatestMetric].append({"run_uuid": run, "key": key, "value": dice.random(), **seen})


def main(address: str, items: int) -> None:
    store = SqlAlchemyStore(address, "mlflow-artifacts:/")
    experiment = store.create_experiment("training")
    rows: Rows = {SqlRun: [], SqlParam: [], SqlTag: [], SqlLatestMetric: []}
    dice = Random(7)
    for number in range(items):
        add(rows, number, items, int(experiment), dice)
    with store.ManagedSessionMaker() as session:
        for kind, values in rows.items():
            session.bulk_insert_mappings(kind, values)
    print(experiment)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
