"""The links on top of every page.

An app contributes `links.py` with `items`, a function from a Reader to links. It asks the database nothing:
the reader carries the roles, looked up once a request.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise

from whitebox import contributions
from whitebox.people.models import Membership
from whitebox.prepared import prepared


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at a page, as far as its links depend on it."""

    is_signed_in: bool
    is_staff: bool
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Link:
    label: str | Promise
    address: str
    order: int = 50  # smaller stands further left


Items = Callable[[Reader], Sequence[Link]]


@lru_cache(maxsize=64)
def links_of(reader: Reader) -> Sequence[Link]:
    """Return the links of everybody who is like `reader`, kept in the process; their labels are translated late."""
    found = [link for items in contributions.attributes("links", "items") for link in items(reader)]
    return sorted(found, key=lambda link: link.order)


class LazyItems:
    """The links of a request's reader; one query, and only when a template walks over them."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def __iter__(self) -> Iterator[tuple[str | Promise, str, bool]]:
        """Yield label, address, and whether the reader is there now."""
        for link in self._links:
            yield link.label, link.address, link == self._current

    @property
    def _links(self) -> Sequence[Link]:
        return links_of(self._reader)

    @cached_property
    def _reader(self) -> Reader:
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            return Reader(is_signed_in=False, is_staff=False, roles=frozenset())
        roles: frozenset[str] | None = getattr(self.request, "held_roles", None)
        if roles is None:
            roles = frozenset(_roles(user.pk))
        return Reader(is_signed_in=True, is_staff=user.is_staff, roles=roles)

    @cached_property
    def _current(self) -> Link | None:
        """The link whose address reaches deepest into where the reader is."""
        leading = [link for link in self._links if self.request.path.startswith(link.address)]
        return max(leading, key=lambda link: len(link.address), default=None)


@prepared
def _roles(user: int) -> QuerySet[Membership, str]:
    return Membership.objects.active().filter(user=user).values_list("role", flat=True)


def remember(request: HttpRequest, memberships: Iterable[Membership]) -> None:
    """Spare the links their query: a page has loaded all active memberships of its reader already."""
    remember_roles(request, (membership.role for membership in memberships))


def remember_roles(request: HttpRequest, roles: Iterable[str]) -> None:
    """Do the same for a page that has asked for the roles of all active memberships only."""
    request.held_roles = frozenset(roles)  # type: ignore[attr-defined]  # lives as long as the request
