"""What must hold of notes and outcomes at all times. Their own packages cannot say it: the protocol stands above."""

from django.db.models import F

from whitebox.people.choices import Role
from whitebox.people.models import ContactNote
from whitebox.programme.models import Certificate, FollowUp, Placement
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
    Invariant(
        "a placement is that of a participant",
        lambda: Placement.objects.exclude(membership__role=Role.PARTICIPANT),
    ),
    Invariant(
        "a certificate is that of a participant",
        lambda: Certificate.objects.exclude(membership__role=Role.PARTICIPANT),
    ),
    Invariant(
        "an answer after the programme is that of a participant",
        lambda: FollowUp.objects.exclude(membership__role=Role.PARTICIPANT),
    ),
)
