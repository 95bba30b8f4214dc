"""What the cloud tells of: organizations, datasets, jobs, logs, containers, scripts. And the key to ask it with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from jobs.domain.choices import JobStatus, ModelFramework, ModelType


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key of Viam. The key itself never shows in a repr."""

    key_id: str
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CloudOrganization:
    """An organization as the cloud tells of it (`viam.app.v1.Organization`)."""

    id: str
    name: str
    namespace: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class CloudDataset:
    """A dataset as the cloud tells of it (`viam.app.dataset.v1.Dataset`)."""

    id: str
    name: str
    is_sequence: bool = False
    created_on: datetime | None = None


SHORTEST_END = 6


def told_apart(datasets: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """What each of these (id, name, day) is called among them, by id: its name, and where several have that or it has
    none, the day on which it was made and the end of its id as well.
    """
    alike: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for dataset in datasets:
        alike[" ".join(dataset[1].split())].append(dataset)
    found = {}
    for name, group in alike.items():
        ids = [viam_id for viam_id, *_ in group]
        for viam_id, told, day in group:
            parts = [name or "(no name)", day, f"…{viam_id[-_telling(ids) :]}"]
            found[viam_id] = " · ".join(filter(None, parts)) if len(group) > 1 or not name else told
    return found


def _telling(ids: list[str]) -> int:
    """How many characters at the end of each id are another's in none."""
    longest = max(map(len, ids))
    return next(
        (size for size in range(SHORTEST_END, longest) if len({one[-size:] for one in ids}) == len(ids)), longest
    )


class ListedJob(Protocol):
    """A job in a list: what tells whether it changed, and the whole of it on demand. Of 100,000 jobs in a list few
    differ from what is known, and to make all of each would cost seconds and hundreds of MiB.
    """

    @property
    def id(self) -> str: ...
    @property
    def status(self) -> JobStatus: ...
    @property
    def last_modified(self) -> datetime | None: ...
    @property
    def digest(self) -> int | None:
        """A number that is the same for equal messages; None where the whole has to be compared."""

    def whole(self) -> CloudJob: ...


# Not frozen as its fellows are: a first refresh makes ten thousand of them, and freezing would cost a fifth of that.
@dataclass(slots=True)
class CloudJob:
    """A training job as the cloud tells of it (`TrainingJobMetadata`). Times are aware, in UTC; None where unset."""

    id: str
    organization_id: str
    status: JobStatus
    created_on: datetime | None = None
    last_modified: datetime | None = None
    training_started: datetime | None = None
    training_ended: datetime | None = None
    model_name: str = ""
    model_version: str = ""
    model_type: ModelType = ModelType.UNSPECIFIED
    model_framework: ModelFramework = ModelFramework.UNSPECIFIED
    is_custom: bool = False
    dataset_id: str = ""
    labels: Sequence[str] = ()
    script_id: str = ""
    script_version: str = ""
    container_version: str = ""
    container_id: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    resources: Sequence[str] = ()
    synced_model_id: str = ""
    error_code: int | None = None
    error_message: str = ""

    @property
    def digest(self) -> int | None:
        return None

    def whole(self) -> CloudJob:
        """Itself: one that was asked for alone stands in an answer beside those of a list."""
        return self


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a job's log as the cloud delivers it; its level is often wrong (viam.md, Logs)."""

    level: str
    time: datetime | None
    message: str


@dataclass(frozen=True, slots=True)
class LogPage:
    """Lines and the token of the page after them, empty at the end."""

    lines: Sequence[LogLine]
    next_token: str


@dataclass(frozen=True, slots=True)
class Container:
    """Where a custom job runs. `end_of_life` is None when the cloud tells none."""

    key: str
    id: str = ""
    uri: str = ""
    framework: str = ""
    description: str = ""
    end_of_life: datetime | None = None
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class TrainingScript:
    """A training script of the registry; `versions` newest first. `deprecated` says why it is, in a few words."""

    id: str
    name: str
    description: str = ""
    is_public: bool = False
    model_type: ModelType = ModelType.UNSPECIFIED
    model_framework: ModelFramework = ModelFramework.UNSPECIFIED
    versions: Sequence[str] = ()
    deprecated: str = ""


# What may be kept as a name.
MAX_NAME = 100


def in_brief(names: Sequence[str]) -> str:
    """Some names in few words: "Bolt Robotics", "Bolt Robotics and Harbor Pilots", "Bolt Robotics and 2 more"."""
    first, *others = names or [""]
    if not others:
        return first
    return f"{first} and {others[0] if len(others) == 1 else f'{len(others)} more'}"


def key_name(key_id: str, endpoint: str, organizations: Sequence[str] = ()) -> str:
    """An API key by the organizations that it opens; "Key 0123…cdef at app.viam.com" while it opens none."""
    name = in_brief(organizations) or f"Key {_short(key_id)} at {_host(endpoint)}"
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…"


def _short(key_id: str) -> str:
    return key_id if len(key_id) <= 12 else f"{key_id[:4]}…{key_id[-4:]}"


def _host(endpoint: str) -> str:
    """Without what every address of a cloud has in common."""
    return endpoint.removeprefix("http://").removesuffix(":443")
