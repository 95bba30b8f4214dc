"""The site's addresses as they are with DEBUG."""

from django.urls import include, path

from dashboard import urls

handler400, handler500 = urls.handler400, urls.handler500
urlpatterns = [*urls.urlpatterns, path("", include("jobs.styleguide.urls"))]
