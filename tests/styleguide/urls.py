"""The site's addresses as they are with DEBUG."""

from django.urls import path

from dashboard import urls
from jobs.styleguide.views import styleguide

handler400, handler500 = urls.handler400, urls.handler500
urlpatterns = [*urls.urlpatterns, path("styleguide/", styleguide, name="styleguide")]
