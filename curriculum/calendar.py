"""Sessions and deadlines of a person's calendar. Titles name weeks only: no names, no scores."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from curriculum import deadlines
from curriculum.choices import ItemKind
from curriculum.models import Extension, ModuleVersion, Session
from curriculum.study import READERS
from whitebox.packs.models import Adoption
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User
from whitebox.web.feed import Item

LENGTH = timedelta(minutes=30)  # how long before the deadline its line begins


def items(user: User) -> list[Item]:
    """Return sessions of every cohort the person reads, cancelled ones too, and the deadlines of their studies.

    Five queries whatever the number of cohorts and weeks.
    """
    held = list(
        Membership.objects.active()
        .filter(user=user, role__in=READERS)
        .select_related("cohort__adoption__version")
        .order_by("pk")
    )
    cohorts = {one.cohort_id for one in held}
    sessions = list(Session.objects.filter(cohort__in=cohorts).select_related("cohort__adoption", "module"))
    titles = _titles(cohorts)
    studied = [one for one in held if one.role == Role.PARTICIPANT]
    return [
        *(_session(session, titles) for session in sessions),
        *_deadlines(studied, sessions, titles),
    ]


def _titles(cohorts: set[int]) -> dict[tuple[int, int], str]:
    rows = ModuleVersion.objects.filter(version__adoptions__cohort__in=cohorts)
    return {
        (cohort, module): title
        for cohort, module, title in rows.values_list("version__adoptions__cohort", "module", "title")
    }


def _session(session: Session, titles: dict[tuple[int, int], str]) -> Item:
    name = titles.get((session.cohort_id, session.module_id), "")
    return Item(
        uid=f"session-{session.pk}",
        title=_("Session %(number)d: %(title)s") % {"number": session.week, "title": name},
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.zone,
        changed_at=_since(session.cohort, session.changed_at),
        place=session.place,
        is_cancelled=session.is_cancelled,
        address=_address(session),
    )


def _deadlines(
    studied: list[Membership], sessions: list[Session], titles: dict[tuple[int, int], str]
) -> Iterator[Item]:
    extensions, changes = deadlines.extensions_of(studied), _extension_changes(studied)
    for membership in studied:
        own = [session for session in sessions if session.cohort_id == membership.cohort_id]
        due = deadlines.from_sessions(membership.cohort, own, extensions.get(membership.pk, {}))
        for session in own:
            for item in ItemKind:
                if (key := (session.module_id, item)) in due:
                    change = changes.get((membership.pk, *key), session.changed_at)
                    name = titles.get((session.cohort_id, session.module_id), "")
                    yield _deadline(membership, session, item, due[key].due_at, change, name)


def _deadline(
    membership: Membership, session: Session, item: ItemKind, due_at: datetime, change: datetime, name: str
) -> Item:
    what = (
        _("Due: pre-work of week %(number)d, %(title)s")
        if item == ItemKind.PREWORK
        else (_("Due: check of week %(number)d, %(title)s"))
    )
    return Item(
        uid=f"{item.value}-{membership.pk}-{session.module_id}",
        title=what % {"number": session.week, "title": name},
        starts_at=due_at - LENGTH,
        ends_at=due_at,
        zone=membership.cohort.zone,
        changed_at=_since(membership.cohort, session.changed_at, change),
        address=_address(session),
    )


def _since(cohort: Cohort, *changes: datetime) -> datetime:
    """Return when an item changed last: another pack version may say other titles and due times."""
    adoption: Adoption | None = getattr(cohort, "adoption", None)
    return max(*changes, adoption.since if adoption else changes[0])


def _extension_changes(studied: list[Membership]) -> dict[tuple[int, int, ItemKind], datetime]:
    """Return when each deadline was extended last."""
    rows = (
        Extension.objects.filter(membership__in=studied)
        .order_by()
        .values_list("membership", "module", "item")
        .annotate(last=Max("at"))
    )
    return {(member, module, ItemKind(item)): last for member, module, item, last in rows}


def _address(session: Session) -> str:
    return settings.SITE_URL + reverse("curriculum:module", args=[session.cohort.slug, session.module.slug])
