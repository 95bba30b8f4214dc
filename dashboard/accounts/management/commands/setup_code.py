"""`manage.py setup_code`: the code for making the first owner in the browser, once more."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dashboard.accounts import registration


class Command(BaseCommand):
    help = "Prints the code for creating the first owner in the browser."

    def handle(self, *args: Any, **options: Any) -> None:
        if not registration.nobody_is_here():
            raise CommandError("The site already has accounts. `manage.py createsuperuser` creates another owner.")
        self.stdout.write(registration.code())
