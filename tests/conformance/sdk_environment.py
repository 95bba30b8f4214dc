"""The environment in which Viam's own SDK is installed, made when it is missing."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ENVIRONMENT = HERE.parents[1] / ".venv-viam-sdk"
REQUIREMENTS = HERE / "requirements.txt"
LOCK = HERE / "requirements.lock"

INSTALL = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r")
_VERSION = "from importlib.metadata import version; import viam; print('viam-sdk==' + version('viam-sdk'))"


def ready_python() -> Path:
    """The interpreter that can import the SDK. Raises CalledProcessError or OSError when that cannot be had."""
    python = ENVIRONMENT / "bin" / "python"
    if not _has_the_sdk(python):
        _run(sys.executable, "-m", "venv", "--clear", ENVIRONMENT)
        _run(python, *INSTALL, LOCK)
    return python


def run(python: Path, script: str, *arguments: str) -> str:
    """What a script of this folder prints, run by the SDK's interpreter."""
    return _run(python, HERE / script, *arguments).stdout


def _has_the_sdk(python: Path) -> bool:
    try:
        return _run(python, "-c", _VERSION).stdout.strip() in REQUIREMENTS.read_text().splitlines()
    except (subprocess.CalledProcessError, OSError):
        return False


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)
