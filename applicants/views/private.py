"""Pages behind a secret address: never stored by a browser or a search engine."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

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
