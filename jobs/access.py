"""Who asks, and the object and the right to it in one call: 404 for outsiders."""

from __future__ import annotations

from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from jobs.models import Organization


def person(request: HttpRequest) -> User:
    """Who asks. Raises PermissionDenied for nobody, should a view ever be reached without signing in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def organization_for(user: User, slug: str) -> Organization:
    """The organization as this person may use it. Every signed-in person may see and act on every shown one.

    Raises Http404 for an organization that doesn't exist or isn't shown: the two look alike.
    """
    if not user.is_active:
        raise PermissionDenied
    try:
        return Organization.objects.select_related("credentials").get(slug=slug, is_shown=True)
    except Organization.DoesNotExist:
        raise Http404("There is no such organization.") from None


def _is_owner(user: User | AnonymousUser) -> bool:
    if not (user.is_active and user.is_superuser):
        raise PermissionDenied
    return True


# For views about API keys: superusers only, 403 for other people who are signed in.
site_owner_required = user_passes_test(_is_owner)
