"""Ids in the form of those in Viam's database: 24 hexadecimal digits."""

from random import Random


def seeded_id(dice: Random) -> str:
    """The same for every emulator with this seed."""
    return f"{dice.getrandbits(96):024x}"


def dated_id(moment: float, dice: Random) -> str:
    """Begins with the time of its making, so that an emulator started anew does not give an id a second time."""
    return f"{int(moment):08x}{dice.getrandbits(64):016x}"
