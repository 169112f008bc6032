"""What operation adds around every request."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from whitebox import trace

logger = logging.getLogger(__name__)

UNSAID = frozenset({"web:healthz", "web:readyz", "operation:metrics"})  # asked by machines, all day


class Traced:
    """Give each request an id, and a line in the log that names the route: addresses themselves can be keys."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with trace.continued(_given(request) or trace.new()):
            begun = time.monotonic()
            response = self.get_response(request)
            found = request.resolver_match
            if found is None or found.view_name not in UNSAID:
                said = (request.method, found.route if found else "no route", response.status_code)
                spent = round((time.monotonic() - begun) * 1000)
                logger.info("%s %s %s", *said, extra={"milliseconds": spent})
            return response


def _given(request: HttpRequest) -> str:
    """Return the id that our own proxy gave; from anybody else it is not taken."""
    given = request.headers.get("X-Request-ID", "").replace("-", "")  # a UUID loses its hyphens
    is_proxied: object = settings.SECURE_PROXY_SSL_HEADER
    return given if is_proxied and trace.is_usable(given) else ""
