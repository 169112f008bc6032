"""Every address of the site, and the minimal page once more with all that WhiteBox puts around a page."""

from django.urls import include, path

from tests.benchmarks.floors import minimal

urlpatterns = [
    path("minimal/", minimal),
    path("", include("whitebox.urls")),
]
