"""What must hold of notes at all times. `people` cannot say it: the protocol stands above it."""

from django.db.models import F

from whitebox.people.choices import Role
from whitebox.people.models import ContactNote
from whitebox.web.invariant import Invariant

INVARIANTS = (
    Invariant(
        "a note on a contact is about a participant",
        lambda: ContactNote.objects.exclude(about__role=Role.PARTICIPANT),
    ),
    Invariant(
        "nobody writes a note on a contact with themselves",
        lambda: ContactNote.objects.filter(about__user=F("author")),
    ),
)
