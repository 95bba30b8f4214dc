"""The site's addresses: health and metrics, and all that is about people and about jobs."""

from django.conf import settings
from django.urls import include, path

from dashboard.health import healthz, readyz, tell_metrics

handler400 = "dashboard.errors.not_understood"
handler403 = "dashboard.middleware.refused"
handler404 = "dashboard.middleware.not_found"
handler500 = "dashboard.errors.broken"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", tell_metrics, name="metrics"),
    # First what is asked for most: an address is looked for from the top.
    path("", include("jobs.urls")),
    path("", include("dashboard.accounts.urls")),
]

if settings.DEBUG:
    # For those who work on templates and styles.
    from jobs.styleguide.views import styleguide

    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))
