"""The links on top of every page.

An app contributes `links.py` with `items`, a function from a Reader to links. It asks the database nothing:
the reader carries the roles, looked up once a request.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.utils.functional import Promise

from whitebox import contributions
from whitebox.people.models import Membership


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


class LazyItems:
    """The links of a request's reader; one query, and only when a template walks over them."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def __iter__(self) -> Iterator[tuple[str | Promise, str, bool]]:
        """Yield label, address, and whether the reader is there now."""
        for link in self._links:
            yield link.label, link.address, link == self._current

    @cached_property
    def _links(self) -> list[Link]:
        reader = self._reader
        found = [link for items in contributions.attributes("links", "items") for link in items(reader)]
        return sorted(found, key=lambda link: link.order)

    @cached_property
    def _reader(self) -> Reader:
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            return Reader(is_signed_in=False, is_staff=False, roles=frozenset())
        roles: frozenset[str] | None = getattr(self.request, "held_roles", None)
        if roles is None:
            roles = frozenset(Membership.objects.active().filter(user_id=user.pk).values_list("role", flat=True))
        return Reader(is_signed_in=True, is_staff=user.is_staff, roles=roles)

    @cached_property
    def _current(self) -> Link | None:
        """The link whose address reaches deepest into where the reader is."""
        leading = [link for link in self._links if self.request.path.startswith(link.address)]
        return max(leading, key=lambda link: len(link.address), default=None)


def remember(request: HttpRequest, memberships: Iterable[Membership]) -> None:
    """Spare the links their query: a page has loaded all active memberships of its reader already."""
    roles = frozenset(membership.role for membership in memberships)
    request.held_roles = roles  # type: ignore[attr-defined]  # lives as long as the request
