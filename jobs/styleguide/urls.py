"""The address of the style guide; dashboard/urls.py knows it with DEBUG alone."""

from django.urls import path

from jobs.styleguide.views import styleguide

urlpatterns = [path("styleguide/", styleguide, name="styleguide")]
