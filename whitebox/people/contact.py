"""Notes on talks with participants: who was last in touch, and how it stands.

How it stands with somebody is what the latest note says: its level of concern, its next step. A note is private to
those who teach the person unless it is shared; the level of concern never is.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation
from whitebox.people.access import taught_by
from whitebox.people.choices import Concern, ContactKind
from whitebox.people.models import Cohort, ContactNote, Membership, User
from whitebox.people.once import once

LONGEST, LONGEST_STEP = 4_000, 300
UNDO = timedelta(minutes=15)  # afterwards others may have acted on it
CLOCKS_DIFFER = timedelta(minutes=5)


@transaction.atomic
def note(  # noqa: PLR0913  # the columns of one note, all but two optional
    about: Membership,
    text: str,
    *,
    by: User,
    kind: ContactKind = ContactKind.MESSAGE,
    concern: Concern = Concern.NONE,
    next_step: str = "",
    is_shared: bool = False,
    at: datetime | None = None,
    key: uuid.UUID | None = None,
) -> ContactNote:
    """Write down a contact with a participant. The same `key` again returns the note that is there.

    Raises RuleViolation for an empty or long text, a moment ahead, and anyone who does not teach the person.
    """
    held = Membership.objects.select_for_update(of=("self",)).get(pk=about.pk)
    present = ContactNote.objects.filter(author=by, key=key).first() if key else None
    if present is not None:
        return present
    _require_teaching(held, by)
    wanted, now = text.strip(), timezone.now()
    if not wanted:
        raise RuleViolation(_("Write a word on the contact first. Nothing was saved."))
    if len(wanted) > LONGEST or len(next_step) > LONGEST_STEP:
        raise RuleViolation(
            _("A note has at most %(most)d characters, its next step %(step)d. Nothing was saved.")
            % {"most": LONGEST, "step": LONGEST_STEP}
        )
    if at is not None and at > now + CLOCKS_DIFFER:
        raise RuleViolation(_("A note is about a contact that has been. Choose an earlier moment. Nothing was saved."))
    return ContactNote.objects.create(
        about=held,
        author=by,
        kind=kind,
        text=wanted,
        concern=concern,
        next_step=next_step.strip(),
        is_shared=is_shared,
        at=at or now,
        key=key,
    )


def touch(about: Membership, text: str, *, by: User, key: uuid.UUID) -> ContactNote:
    """Write down with one click that somebody was in touch: concern and next step stay as they were."""
    last = last_contact(about)
    return note(
        about,
        text,
        by=by,
        concern=Concern(last.concern) if last else Concern.NONE,
        next_step=last.next_step if last else "",
        key=key,
    )


@transaction.atomic
def take_back(found: ContactNote, *, by: User) -> None:
    """Undo a note of one's own. Twice changes nothing.

    Raises RuleViolation for anybody else's, and once it is older than a quarter of an hour.
    """
    held = ContactNote.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if held.author_id != by.pk:
        raise RuleViolation(_("Only who wrote a note can take it back."))
    if held.taken_back_at is not None:
        return
    if not may_take_back(held, by.pk, timezone.now()):
        raise RuleViolation(_("This note is older than 15 minutes and stays. Write another one that corrects it."))
    held.taken_back_at = timezone.now()
    held.save(update_fields=["taken_back_at"])


def may_take_back(found: ContactNote, by: int, now: datetime) -> bool:
    """Tell whether the person `by` can still undo a note: the moment of writing counts, not that of the contact."""
    return found.author_id == by and found.taken_back_at is None and now - found.written_at <= UNDO


def last_contact(about: Membership) -> ContactNote | None:
    """Return the latest note about a participant."""
    return about.contact_notes.standing().select_related("author").first()


def latest_of_page(cohort: Cohort, people: Sequence[Membership]) -> dict[int, ContactNote]:
    """Return `latest` of a page whose parts ask for the same people."""
    return once(cohort, people, "contact", lambda: latest([one.pk for one in people]))


def latest(people: Collection[int]) -> dict[int, ContactNote]:
    """Return the latest note about each person who has one, by membership: one query."""
    newest = ContactNote.objects.standing().filter(about=OuterRef("pk")).order_by("-at", "-pk").values("pk")[:1]
    found = Membership.objects.filter(pk__in=people).annotate(last=Subquery(newest)).values("last")
    return {one.about_id: one for one in ContactNote.objects.filter(pk__in=found).select_related("author")}


def history(about: Membership) -> QuerySet[ContactNote]:
    """Return the notes of somebody's whole record for those who teach them, newest first, a deferral included."""
    record = Membership.objects.of_record(about.first_key).values("pk")
    return ContactNote.objects.standing().filter(about__in=record).select_related("author", "about__cohort")


def told(user: User) -> QuerySet[ContactNote]:
    """Return what was shared with a person, newest first. The level of concern is not for them."""
    return ContactNote.objects.told_to(user.pk).select_related("author", "about__cohort")


def _require_teaching(about: Membership, by: User) -> None:
    if not Membership.objects.filter(taught_by(by), pk=about.pk).exists():
        raise RuleViolation(_("Only this person's mentor or an organizer of the cohort writes notes about them."))
