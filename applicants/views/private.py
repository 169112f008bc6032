"""Pages behind a secret address: never stored by a browser or a search engine, and by the applicant's clock."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from applicants import return_links
from applicants.models import Application

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def private_page(view: View) -> View:
    """Keep a page with a token out of caches, search engines and other sites' logs."""

    @never_cache
    @csrf_protect
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return cast("View", guarded)


def application_or_404(token: str) -> Application:
    """Return the application behind a token; the rest of the request shows every time by the applicant's clock."""
    application = return_links.application_or_404(token)
    timezone.activate(ZoneInfo(application.identity.zone))  # ReaderZone puts back what was there.
    return application
