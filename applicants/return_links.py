"""The secret address that brings an applicant back.

The token is made from the server's secret and a nonce of the row, and the row holds its hash only: a stolen table opens
no application, and a later letter can name the same address again.
"""

import secrets
from hashlib import sha256

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.crypto import salted_hmac

from applicants.models import Application
from whitebox.web import see_as

SEEN = "seen"  # in the place of a token while an organizer looks as the applicant; no token looks like it


def token_of(application: Application) -> str:
    """Return the token of an application; 48 hexadecimal digits."""
    content = f"{application.code}:{application.token_nonce}"
    return salted_hmac("applicants.return", content, algorithm="sha256").hexdigest()[:48]


def hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def unused_hash() -> str:
    """Return what no token hashes to: it ends an address for good."""
    return hashed(secrets.token_hex())


def address_of(application: Application) -> str:
    """Return the whole address of an application's status page, for a letter."""
    path = reverse("applicants:status", args=[token_of(application)])
    return f"{settings.SITE_URL}{path}"


def application_or_404(token: str) -> Application:
    """Return the application behind a token, with all that its pages show. One query.

    While an organizer looks as an applicant it is that application alone, and no token leads to another.
    """
    sight = see_as.current()
    if (token == SEEN) != (sight is not None and sight.kind.name == "applicant"):
        raise Http404
    wanted = {"code": sight.key} if sight else {"token_hash": hashed(token)}
    found = (
        Application.objects.select_related(
            "form", "round__cohort", "round__form__version", "identity", "stage", "draft"
        )
        .filter(**wanted)
        .first()
    )
    if found is None:
        raise Http404
    return found
