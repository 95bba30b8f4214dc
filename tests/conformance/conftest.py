"""Viam's SDK on one side, the emulator on the other."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.server import Emulator
from tests.conformance.sdk_environment import ready_python


@pytest.fixture(scope="session")
def sdk_python() -> Path:
    """Without the SDK nothing is proved: a reason to skip on a machine without network, but not in CI."""
    try:
        return ready_python()
    except (subprocess.SubprocessError, OSError) as error:
        give_up = pytest.fail if "CI" in os.environ else pytest.skip
        give_up(f"cannot install Viam's SDK: {getattr(error, 'stderr', None) or error}")


@pytest.fixture(scope="module")
def sdk_cloud() -> Iterator[Emulator]:
    with Emulator(jobs=20, seed=7) as emulator:
        yield emulator
