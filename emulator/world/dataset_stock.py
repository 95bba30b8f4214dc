"""The datasets that are there from the start: what robots of these organizations would have photographed."""

from dataclasses import dataclass, field
from random import Random

from emulator.timestamps import DAY
from emulator.world.datasets import Dataset
from emulator.world.ids import seeded_id
from emulator.world.tenants import BOLT_ROBOTICS_ID, HARBOR_PILOTS_ID, OTHER_TENANT_ID, QUIET_GREENHOUSE_ID


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    days: int
    """Age at the start of the emulator."""
    images: int
    tags: dict[str, int] = field(default_factory=dict)
    boxes: dict[str, int] = field(default_factory=dict)
    sequence: bool = False


_STOCK = {
    BOLT_ROBOTICS_ID: (
        _Kind(
            "bolts-line-3",
            410,
            1840,
            {"bolt": 720, "nut": 560, "washer": 410},
            {"bolt": 1310, "nut": 802, "washer": 615},
        ),
        _Kind("conveyor-jams", 260, 964, {"jam": 181, "clear": 640, "double-feed": 88}, {"carton": 720, "jam": 176}),
        _Kind(
            "gripper-poses",
            150,
            612,
            {"open": 204, "closed": 233, "slipping": 61, "empty": 102},
            {"gripper": 598, "part": 420},
        ),
        _Kind("weld-seams", 75, 388, {"good": 240, "porous": 71, "undercut": 34}, {"seam": 380, "spatter": 97}),
        _Kind("apple-crates", 58, 530, {"ripe": 260, "unripe": 190, "rotten": 55}, {"apple": 512, "leaf": 88}),
        # One label is far below the ten images that training asks for.
        _Kind("rare-defects", 9, 41, {"crack": 22, "bolt": 6, "dent": 13}, {"crack": 22, "dent": 4}),
        _Kind("night-shift-raw", 30, 5210, {"person": 310, "pallet": 420}),
        _Kind("arm-trajectories", 48, 0, sequence=True),
    ),
    HARBOR_PILOTS_ID: (
        _Kind(
            "buoys-and-boats",
            190,
            1322,
            {"harbor": 410, "open-sea": 502, "fog": 188},
            {"buoy": 930, "sailboat": 410, "ferry": 122},
        ),
        _Kind("dock-lines", 60, 240, {"tied": 130, "loose": 95}),
    ),
    QUIET_GREENHOUSE_ID: (_Kind("tomatoes-row-1", 5, 96, {"ripe": 41, "unripe": 38}, {"tomato": 92}),),
    OTHER_TENANT_ID: (_Kind("not-yours", 20, 200, {"left": 100, "right": 100}),),
}


def datasets(dice: Random, now: float) -> list[Dataset]:
    return [_made(kind, organization_id, dice, now) for organization_id, kinds in _STOCK.items() for kind in kinds]


def _made(kind: _Kind, organization_id: str, dice: Random, now: float) -> Dataset:
    return Dataset(
        id=seeded_id(dice),
        organization_id=organization_id,
        name=kind.name,
        created=now - kind.days * DAY,
        sequence=kind.sequence,
        images=kind.images,
        tags=kind.tags,
        boxes=kind.boxes,
    )
