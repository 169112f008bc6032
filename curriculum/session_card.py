"""The line of a session on the home page."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from curriculum.models import Session
from whitebox.web.cards import Card, Section


@dataclass(frozen=True, slots=True)
class Meeting:
    """What the home page shows of a session; the last two addresses may be empty."""

    week: int
    title: str
    starts_at: datetime
    zone: str
    place: str
    address: str  # of its plan
    check_in: str = ""
    attendance: str = ""


def session_card(session: Session, title: str, address: str, *, here: str = "", attendance: str = "") -> Card:
    """Return the line of a session, with the buttons whose address is given."""
    return Card(
        Section.NEXT,
        title=_("Session %(number)d: %(title)s") % {"number": session.week, "title": title},
        due_at=session.starts_at,
        zone=session.zone,
        order=20,
        template="curriculum/_home_session.html",
        context=Meeting(
            session.week,
            title,
            session.starts_at,
            session.zone,
            session.place,
            f"{address}#session",
            check_in=here,
            attendance=attendance,
        ),
    )
