"""What happens around every request."""

import re
from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from auditlog.middleware import AuditlogMiddleware
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from typing_extensions import override

from whitebox import addresses
from whitebox.errors import RuleViolation
from whitebox.people import access
from whitebox.together import together
from whitebox.web import viewing

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
UNKEPT = re.compile(r"[\x00\ud800-\udfff]")


class PlainText(MiddlewareMixin):
    """Take out what no text holds and no database keeps: the sign NUL, and halves of signs.

    It runs when the view is known and the token of the form was checked, so that nothing is read earlier than before.
    """

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Mapping[str, Any]
    ) -> None:
        if any(isinstance(value, str) and UNKEPT.search(value) for value in kwargs.values()):
            raise Http404
        request.GET = _plain(request.GET)  # type: ignore[assignment]  # the stubs know no setting of it
        if request.method == "POST":
            request.POST = _plain(request.POST)  # type: ignore[assignment]


def _plain(sent: QueryDict) -> QueryDict:
    if not any(UNKEPT.search(text) for name, values in sent.lists() for text in (name, *values)):
        return sent
    kept = QueryDict(mutable=True, encoding=sent.encoding)
    for name, values in sent.lists():
        for text in values:
            kept.appendlist(UNKEPT.sub("", name), UNKEPT.sub("", text))
    kept._mutable = False  # noqa: SLF001  # as Django leaves it
    return kept


class SafeHeaders:
    """Close what no page of ours uses, and keep the pages of accounts, some behind a secret address, out of caches."""

    unused = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = self.unused
        if request.path.startswith("/accounts/"):
            add_never_cache_headers(response)
        return response


class HomeAhead:
    """Ask for the reader of the home page and their memberships in one trip. Every visit begins there."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET" or request.path != addresses.address("web:home"):
            return self.get_response(request)
        with together(viewing.foreseen(request)):
            return self.get_response(request)


class Audited(AuditlogMiddleware):  # type: ignore[misc]  # it comes without types
    """Name who changed an audited row. A page that is only looked at changes none, and is spared the trouble."""

    @override
    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE:
            return cast("HttpResponse", self.get_response(request))
        return cast("HttpResponse", super().__call__(request))


class ReaderZone:
    """Show every time in the reader's own zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request.user.zone if request.user.is_authenticated else settings.DEFAULT_ZONE
        with timezone.override(ZoneInfo(name)):
            return self.get_response(request)


class RequireSecondFactor:
    """Let organizers and admins past the sign-in pages only with a second factor, where settings ask for it."""

    free_prefixes = ("/accounts/", "/static/", "/healthz", "/readyz")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECOND_FACTOR_REQUIRED and self._must_enrol(request):
            messages.warning(
                request, _("Your account can see other people's data. Add a passkey or an authenticator app to go on.")
            )
            return redirect("mfa_index")
        return self.get_response(request)

    def _must_enrol(self, request: HttpRequest) -> bool:
        if request.path.startswith(self.free_prefixes) or not request.user.is_authenticated:
            return False
        if request.session.get("has_second_factor"):
            return False
        has_factor = (
            Authenticator.objects.filter(user_id=request.user.pk)
            .exclude(type=Authenticator.Type.RECOVERY_CODES)
            .exists()
        )
        request.session["has_second_factor"] = has_factor or not (
            request.user.is_staff or access.is_organizer(request.user)
        )
        return not request.session["has_second_factor"]


class ShowRuleViolations(MiddlewareMixin):
    """Show what the domain refuses on the page the person came from."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, RuleViolation):
            return None
        if getattr(request, "htmx", False):  # htmx does not swap 4xx answers, so answer 200 and retarget.
            alert = render_to_string("components/_alert.html", {"tone": "error", "message": str(exception)}, request)
            return HttpResponse(alert, headers={"HX-Retarget": "#alerts", "HX-Reswap": "innerHTML"})
        messages.error(request, str(exception))
        return HttpResponseRedirect(safe_referer(request))


def safe_referer(request: HttpRequest) -> str:
    """Return the page a request came from where it is one of ours and not this very address, else the home page.

    A GET that is refused would otherwise be sent to itself for ever.
    """
    referer = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        referer, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if not referer or not is_ours or (request.method == "GET" and urlsplit(referer).path == request.path):
        return reverse("web:home")
    return referer
