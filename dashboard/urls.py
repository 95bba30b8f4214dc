"""The site's addresses: signing in, health and metrics, the admin, and all that is about jobs."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path
from django.views.generic import RedirectView

from dashboard.health import healthz, readyz
from dashboard.joining import join
from dashboard.metrics import tell_metrics

handler400 = "dashboard.error_pages.not_understood"
handler500 = "dashboard.error_pages.broken"

urlpatterns = [
    path(
        "sign-in/",
        auth.LoginView.as_view(template_name="sign_in.html", redirect_authenticated_user=True),
        name="sign-in",
    ),
    path("sign-out/", auth.LogoutView.as_view(), name="sign-out"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", tell_metrics, name="metrics"),
    path("join/<str:token>/", join, name="join"),
    # One way in, with the same rules for everybody.
    path("admin/login/", RedirectView.as_view(pattern_name="sign-in", query_string=True)),
    path("admin/", admin.site.urls),
    path("", include("jobs.urls")),
]
