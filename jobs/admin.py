"""What a site owner may look at in Django's admin. API keys are managed on the site's own pages, never here."""

from django.contrib import admin
from django.http import HttpRequest

from jobs.models import AuditEntry, Organization


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """A table to look at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Organization)
class OrganizationAdmin(ReadOnly):
    list_display = ["name", "slug", "endpoint", "is_shown", "fetched_at", "problem"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    list_display = ["started_at", "actor", "action", "organization", "job_id", "outcome"]
    list_filter = ["action", "outcome", "organization"]
