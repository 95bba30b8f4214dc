"""A program that removes a member and is killed meanwhile: `python -m tests.faults.dying before`, or `after`.

Before or after what it does is committed; it makes the member first, and says so.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import django


def main(when: str) -> None:
    django.setup()
    from django.contrib.auth.models import User
    from django.db import transaction
    from django.db.models.signals import post_delete

    from jobs.members.service import remove_member
    from jobs.models import Actor, Membership, Organization

    def dies(**_: Any) -> None:
        if when == "before":
            _die()
        transaction.on_commit(_die)

    user = User.objects.create_user("mel")
    membership = Membership.objects.create(organization=Organization.objects.all()[0], user=user, role=1)
    post_delete.connect(dies, sender=Membership, weak=False)
    remove_member(Actor(User.objects.create_superuser("rhea")), membership)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
