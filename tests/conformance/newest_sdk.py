"""Whether the descriptors of Viam's newest SDK still are ours: `python -m tests.conformance.newest_sdk`.

It asks the package index, installs what is newest apart, and ends with 1 when something differs. Without a
network it says so, and ends well.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conformance.describe import OUR_MODULES, THEIR_MODULES, Description, describe, differences
from tests.conformance.sdk_environment import REQUIREMENTS, run

VERSION = "from importlib.metadata import version; print(version('viam-sdk'))"


def main() -> int:
    ours = describe(*OUR_MODULES)
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin" / "python"
        try:
            _run(sys.executable, "-m", "venv", folder)
            _run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "viam-sdk")
        except (subprocess.SubprocessError, OSError) as error:
            why = str(getattr(error, "stderr", "") or error).strip()[-300:]
            return say(f"Viam's newest SDK can't be installed here: {why}")
        version = _run(python, "-c", VERSION).strip()
        theirs: Description = json.loads(run(python, "describe.py", *THEIR_MODULES))
    return tell(version, differences(ours, theirs))


def tell(version: str, found: list[str]) -> int:
    pinned = REQUIREMENTS.read_text().splitlines()[-1]
    if not found:
        return say(f"The descriptors of viam-sdk {version} are ours ({pinned} is tested with).")
    say("\n  ".join([f"viam-sdk {version} differs from protos/ in {len(found)}:", *found]))
    return 1


def say(text: str) -> int:
    sys.stdout.write(f"{text}\n")
    return 0


def _run(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=600).stdout


if __name__ == "__main__":
    sys.exit(main())
