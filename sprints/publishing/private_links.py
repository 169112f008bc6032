"""Private addresses for people without an account: an endorser, a trusted reader.

An address is made from the server's secret and the row it leads to, so nothing that opens it is stored, and a later
letter can name it again. The row decides whether it still leads anywhere.
"""

from typing import TypeVar

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from sprints.publishing.agreements import Endorsement, Vote
from sprints.publishing.choices import Capacity
from whitebox import digits

Row = TypeVar("Row", Endorsement, Vote)


def token_of(row: Endorsement | Vote) -> str:
    """Return the token of a row: its key and 40 hexadecimal digits."""
    content = f"{row.pk}:{row.asked_at.isoformat()}"
    salt = f"publishing.{type(row).__name__.lower()}"
    return f"{row.pk}-{salted_hmac(salt, content, algorithm='sha256').hexdigest()[:40]}"


def address_of(row: Endorsement | Vote) -> str:
    """Return the whole address, for a letter."""
    page = "publishing:endorse" if isinstance(row, Endorsement) else "publishing:read"
    return settings.SITE_URL + reverse(page, args=[token_of(row)])


def endorsement_or_404(token: str) -> Endorsement:
    found = Endorsement.objects.filter(pk=_key(token)).select_related("revision__writeup__cohort", "by").first()
    return _opened(found, token)


def vote_or_404(token: str) -> Vote:
    found = (
        Vote.objects.filter(pk=_key(token), capacity=Capacity.READER)
        .select_related("reader", "change__revision", "change__writeup__cohort", "change__excursion", "change__entry")
        .first()
    )
    return _opened(found, token)


def _key(token: str) -> int:
    return digits.key(token.partition("-")[0])


def _opened(found: Row | None, token: str) -> Row:
    if found is None or not constant_time_compare(token_of(found), token):
        raise Http404
    return found
