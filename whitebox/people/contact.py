"""Notes on talks with participants: who was last in touch, and how it stands."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from whitebox.people.choices import Concern, ContactKind
from whitebox.people.models import ContactNote, Membership, User


@transaction.atomic
def note(  # noqa: PLR0913  # the columns of one note, most of them optional  # the columns of one note, all but two optional
    about: Membership,
    text: str,
    *,
    by: User,
    kind: ContactKind = ContactKind.MESSAGE,
    concern: Concern = Concern.NONE,
    next_step: str = "",
    is_shared: bool = False,
    at: datetime | None = None,
) -> ContactNote:
    """Write down a contact with a participant; private to staff unless `is_shared`."""
    return ContactNote.objects.create(
        about=about,
        author=by,
        kind=kind,
        text=text,
        concern=concern,
        next_step=next_step,
        is_shared=is_shared,
        at=at or timezone.now(),
    )


def last_contact(about: Membership) -> ContactNote | None:
    """Return the latest note about a participant."""
    return about.contact_notes.select_related("author").first()
