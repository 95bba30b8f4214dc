"""`manage.py connect`: an API key and its organizations, without a browser."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from getpass import getpass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobs.api_keys.service import choose, save_key, test_key
from jobs.domain import Credentials
from jobs.models import COMMAND_LINE, ApiKey, Organization
from jobs.organizations.service import describe, load
from jobs.viam.endpoints import Endpoint
from jobs.viam.errors import CloudError

VARIABLE = "VIAM_API_KEY"


class Command(BaseCommand):
    help = f"Connects a Viam API key. The key is read from {VARIABLE}, or asked for; it is never an argument."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Without abbreviations: `--key SECRET` must not pass for `--key-id`."""
        return super().create_parser(prog_name, subcommand, allow_abbrev=False, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--key-id", required=True, metavar="ID", help="the key's id, a UUID")
        parser.add_argument("--endpoint", help="one of VIAM_ENDPOINTS (the first)")
        parser.add_argument("--label", help="how your team calls the key (its organizations)")
        parser.add_argument("--org", action="append", metavar="ID", help="an organization to show; may repeat (all)")
        parser.add_argument("--site", default="", help="what to print before the addresses, for instance https://host")

    def handle(self, *args: Any, **options: Any) -> None:
        row = _row(_endpoint(options["endpoint"]), options["key_id"], options["label"])
        found, limited = _connect(row, _key(), options["org"])
        for organization in found:
            load(organization)
            self.stdout.write(f"{describe(organization)}  {options['site']}{organization.get_absolute_url()}")
        failed = [organization.name for organization in found if organization.problem]
        if limited:
            self.stdout.write(f"Not allowed in {', '.join(limited)}: the key needs the role Organization Owner there.")
        if failed:
            raise CommandError(f"The key works, but these organizations could not be loaded: {', '.join(failed)}.")


def _endpoint(text: str | None) -> Endpoint:
    allowed: list[Endpoint] = settings.VIAM_ENDPOINTS
    if text is None:
        return allowed[0]
    for endpoint in allowed:
        if endpoint.text == text:
            return endpoint
    raise CommandError(f"{text} is not among VIAM_ENDPOINTS ({', '.join(map(str, allowed))}).")


def _key() -> str:
    key = os.environ.get(VARIABLE) or getpass("API key: ")
    if not key.strip():
        raise CommandError(f"No API key: set {VARIABLE}, or enter it when prompted.")
    return key.strip()


def _row(endpoint: Endpoint, key_id: str, label: str | None) -> ApiKey:
    """The row that this key has already, or a new one."""
    row = ApiKey.objects.filter(endpoint=endpoint.text, key_id=key_id).first()
    row = row or ApiKey(endpoint=endpoint.text, key_id=key_id)
    row.label = label or row.label
    return row


def _connect(row: ApiKey, key: str, wanted: Iterable[str] | None) -> tuple[list[Organization], Sequence[str]]:
    """Tests and keeps the key, shows the wanted organizations. Raises CommandError before anything is changed."""
    endpoint = _endpoint(row.endpoint)
    try:
        told = test_key(endpoint, Credentials(row.key_id, key))
        shown = _chosen({organization.id for organization in told}, wanted)
        connected = save_key(row=row, endpoint=endpoint, key=key, actor=COMMAND_LINE)
    except CloudError as error:
        raise CommandError(f"{error.sentence} {error.words}".strip()) from None
    choose(row, shown, COMMAND_LINE)
    return [organization for organization in connected.kept if organization.viam_id in shown], connected.limited


def _chosen(seen: set[str], wanted: Iterable[str] | None) -> set[str]:
    if not seen:
        raise CommandError("The key works, but has no access to any organization.")
    shown = set(wanted or seen)
    if unknown := sorted(shown - seen):
        raise CommandError(f"The key has no access to {', '.join(unknown)}; it sees {', '.join(sorted(seen))}.")
    return shown
