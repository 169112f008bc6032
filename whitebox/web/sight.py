"""The middleware of looking through other eyes. It stands behind sign-in and before all that depends on the reader."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from whitebox.web import see_as
from whitebox.web.visitor import signed_in

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SeeAs:
    """Answer as the person who is looked as would be answered, without a trace but the log's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not see_as.is_on(request) or request.path == reverse("web:see_as_stop"):
            return self.get_response(request)
        sight = see_as.of(request, signed_in(request))
        if sight is None:
            return _over(request)
        request.sight = sight  # type: ignore[attr-defined]  # for the banner
        response = self._looked(request, sight)
        add_never_cache_headers(response)
        return response

    def _looked(self, request: HttpRequest, sight: see_as.Sight) -> HttpResponse:
        if request.method not in SAFE:
            return render(request, "web/sight_refused.html", {"is_change": True}, status=403)
        match = _match(request.path_info)
        if match is None or match.view_name not in sight.kind.pages:
            return render(request, "web/sight_refused.html", status=403)
        see_as.log(sight, " ".join([match.view_name, *map(str, match.kwargs.values())]))
        request.user = sight.seen.user or AnonymousUser()
        # What a page writes while it is drawn, drafts and marks of visits, is taken back: letters and tasks with it.
        with see_as.through(sight), transaction.atomic():
            response = self.get_response(request)
            transaction.set_rollback(True)
        return response


def _match(path: str) -> ResolverMatch | None:
    try:
        return resolve(path)
    except Resolver404:
        return None


def _over(request: HttpRequest) -> HttpResponse:
    """Stop before the page: what was begun as somebody else must not be finished as oneself."""
    see_as.end(request)
    messages.info(request, _("You look with your own eyes again. Nothing was changed."))
    return redirect("web:home")
