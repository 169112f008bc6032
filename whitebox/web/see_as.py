"""Looking at pages as somebody else sees them: for a short time, with everything logged and nothing changed.

An app contributes `seen.py` with `KINDS`, one for each sort of person that can be seen as. A kind names the pages
that may be opened, all others are closed meanwhile: those with secrets (addresses of calendars and applications,
sign-in, second factors) are in no list.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.functional import Promise

from whitebox import contributions
from whitebox.errors import RuleViolation
from whitebox.people.models import User
from whitebox.web.models import Look

KEY = "see_as"  # in the session
BEGUN = "web:see_as_start"  # the page of the log's first line of a look
LASTS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Seen:
    """Through whose eyes a person looks."""

    title: str | Promise  # who it is, as the banner says it
    subject: str  # as app.model:id, for the log
    cohort_id: int
    user: User | None  # nobody, for people who have no account
    first: str  # the address of the page to begin with


class Kind(Protocol):
    """A sort of person that can be seen as."""

    name: str
    pages: Collection[str]  # the names of the pages that may be opened

    def find(self, by: User, key: str) -> Seen:
        """Return whom `key` names, where `by` may look through these eyes. Asked again with every page.

        Raises Http404 for who has no right to it, and RuleViolation where a rule such as blindness stands against it.
        """


@dataclass(frozen=True, slots=True)
class Sight:
    """A look that goes on."""

    by: User
    kind: Kind
    seen: Seen
    key: str
    until: datetime

    @property
    def minutes_left(self) -> int:
        return max(1, round((self.until - timezone.now()) / timedelta(minutes=1)))


_current: ContextVar[Sight | None] = ContextVar("sight", default=None)


def current() -> Sight | None:
    """Return the look that the present page is drawn for."""
    return _current.get()


@contextmanager
def through(sight: Sight) -> Iterator[None]:
    """Draw pages for a look."""
    token = _current.set(sight)
    try:
        yield
    finally:
        _current.reset(token)


def kinds() -> Mapping[str, Kind]:
    found: list[Kind] = [one for some in contributions.attributes("seen", "KINDS") for one in some]
    return {one.name: one for one in found}


def begin(request: HttpRequest, by: User, name: str, key: str) -> Seen:
    """Look as somebody from now on, and write that down. Raises Http404 and RuleViolation as the kind does."""
    kind = kinds().get(name)
    if kind is None:
        raise Http404
    seen = kind.find(by, key)
    until = timezone.now() + LASTS
    log(Sight(by, kind, seen, key, until), BEGUN)
    request.session[KEY] = {"kind": name, "key": key, "until": until.isoformat()}
    return seen


def end(request: HttpRequest) -> None:
    """Look as oneself again. Twice changes nothing."""
    request.session.pop(KEY, None)


def is_on(request: HttpRequest) -> bool:
    return KEY in request.session and request.user.is_authenticated


def of(request: HttpRequest, by: User) -> Sight | None:
    """Return the look of a request whose session has one; None once it is over, or when it is no longer allowed."""
    kept = request.session[KEY]
    until = datetime.fromisoformat(kept["until"])
    kind = kinds().get(kept["kind"])
    if kind is None or timezone.now() >= until:
        return None
    try:
        return Sight(by, kind, kind.find(by, kept["key"]), kept["key"], until)
    except (Http404, RuleViolation):
        return None  # The right to it has ended meanwhile.


def log(sight: Sight, page: str) -> None:
    """Write down which page is looked at, before it is."""
    Look.objects.create(
        by=sight.by,
        cohort_id=sight.seen.cohort_id,
        kind=sight.kind.name,
        subject=sight.seen.subject,
        page=page[:200],
    )
