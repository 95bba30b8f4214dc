"""The accounts application."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "dashboard.accounts"
    label = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        """Programs are held to second factors as people are."""
        from dashboard.accounts import activity, again, ownership, second_factor, sessions
        from jobs import permissions

        sessions.follow_sign_ins()
        activity.follow_accounts()
        again.follow_answers()
        ownership.follow_addresses_and_names()
        permissions.require(second_factor.what_is_missing)
