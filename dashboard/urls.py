"""The site's addresses: signing in, health, the admin, and all that is about jobs."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from dashboard.health import healthz

urlpatterns = [
    path(
        "sign-in/",
        auth.LoginView.as_view(template_name="sign_in.html", redirect_authenticated_user=True),
        name="sign-in",
    ),
    path("sign-out/", auth.LogoutView.as_view(), name="sign-out"),
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("", include("jobs.urls")),
]
