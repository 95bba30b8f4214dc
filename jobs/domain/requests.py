"""What a person may ask the cloud to train, and Viam's rules for the words in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jobs.domain.choices import ModelFramework, ModelType

# Viam's own rule for package names, read off its command line (`^[a-zA-Z0-9][-\w]*$`, at most 200 characters).
MODEL_NAME = re.compile(r"[a-zA-Z0-9][-\w]{0,199}", re.ASCII)
ARGUMENT_KEY = re.compile(r"[a-zA-Z0-9_-]+")
# Set by the platform itself when it starts a script (viam.md, section 4.6).
RESERVED_ARGUMENTS = frozenset(
    {"dataset_file", "model_output_directory", "binary_data_file", "tabular_data_file", "sequences_file"}
)
# Forms and addresses for programs take no more, and pages draw no more of what the cloud has.
MAX_ARGUMENTS = 500
# Characters of a name, version or label; the mirror cuts longer ones. They are looked up by an index, and a row of
# PostgreSQL's takes 2,704 bytes, of which a character may need four.
MAX_TEXT = 500
# Numbers of versions are compared as far as this many digits.
DIGITS = 40
_NUMBERS = re.compile(r"[0-9]+")
# Viam's command line and web app name a version by the time of its submission.
VERSION_LAYOUT = "%Y-%m-%dT%H-%M-%S"


def natural(text: str) -> str:
    """What puts names and versions in their natural order: 1.9.0 before 1.10.0, v2 before V10."""
    return _NUMBERS.sub(lambda number: number[0][-DIGITS:].rjust(DIGITS, "0"), text).lower()


@dataclass(frozen=True, slots=True)
class ManagedJobRequest:
    """What a person asks Viam's own training to do (`SubmitTrainingJobRequest`)."""

    dataset_id: str
    model_name: str
    model_version: str
    model_type: ModelType
    model_framework: ModelFramework
    labels: Sequence[str]

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": "managed",
            "dataset": self.dataset_id,
            "name": self.model_name,
            "version": self.model_version,
            "type": self.model_type.word,
            "framework": self.model_framework.word,
            "labels": list(self.labels),
        }


@dataclass(frozen=True, slots=True)
class CustomJobRequest:
    """What a person asks a training script to do (`SubmitCustomTrainingJobRequest`)."""

    dataset_id: str
    model_name: str
    model_version: str
    script_id: str
    script_version: str
    container_version: str = ""
    container_id: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": "custom",
            "dataset": self.dataset_id,
            "name": self.model_name,
            "version": self.model_version,
            "script": self.script_id,
            "script_version": self.script_version,
            "container": self.container_version,
            "container_id": self.container_id,
            "arguments": dict(self.arguments),
        }


JobRequest = ManagedJobRequest | CustomJobRequest
