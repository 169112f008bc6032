"""The demonstration's talks: notes of mentors and an organizer, and what the mentors promised."""

from datetime import timedelta

from django.utils.translation import gettext as _

from whitebox.people import contact
from whitebox.people.choices import Concern, ContactKind
from whitebox.people.models import ContactNote, Membership, User
from whitebox.programme.demonstration import World

HOURS = (6, 4, 5, None)  # a week, by mentor; the last has promised nothing, and organizers see for whom that matters


def fill(world: World) -> None:
    """Let some people have been talked to: one with a shared note, one to watch, one to act on."""
    for mentor, hours in zip(world.mentors, HOURS, strict=True):
        Membership.objects.filter(pk=mentor.pk).update(promised_hours=hours)
    _talk(
        world,
        0,
        3,
        _("Went through the chain rule for a layer with a bias on paper. It holds now; the code still mixes up axes."),
        step=_(
            "Ana writes the shapes beside each line of exercise 1.3 until Friday; we look at it before the session."
        ),
        is_shared=True,
    )
    _talk(world, 4, 2, _("Works two evenings a week more than planned. Wants to keep the pace."), concern=Concern.WATCH)
    _talk(
        world,
        11,
        6,
        _("No answer to two messages. The last tick is older than a week."),
        concern=Concern.ACT,
        step=_("Call on Thursday; if there is no answer, ask Olive."),
        by=world.organizer,
    )


def _talk(  # noqa: PLR0913  # one note and when it was
    world: World,
    place: int,
    days_ago: int,
    text: str,
    *,
    step: str = "",
    concern: Concern = Concern.NONE,
    is_shared: bool = False,
    by: User | None = None,
) -> None:
    member = Membership.objects.select_related("mentor__user").get(pk=world.participants[place].pk)
    author = by or (member.mentor.user if member.mentor else world.organizer)
    at = world.now - timedelta(days=days_ago)
    kind = ContactKind.MESSAGE if by else ContactKind.MEETING
    made = contact.note(member, text, by=author, kind=kind, concern=concern, next_step=step, is_shared=is_shared, at=at)
    ContactNote.objects.filter(pk=made.pk).update(written_at=at)
