"""What the site stores about a person: the secret address of their calendar."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from whitebox.people.subjects import Erasure, Row, Subject
from whitebox.web.models import CalendarFeed


class WebPrivacy:
    def export(self, subject: Subject) -> Mapping[str, Sequence[Row]]:
        """Say that there is a calendar. Its address is a key and does not belong into a file."""
        return {"calendar": list(CalendarFeed.objects.filter(user=subject.user).values("created_at"))}

    def refusals(self, subject: Subject) -> Sequence[str]:
        return []

    def erase(self, subject: Subject, *, now: datetime) -> Erasure:
        done = Erasure()
        done.add("calendar addresses", CalendarFeed.objects.filter(user=subject.user).delete()[0])
        return done

    def retain(self, now: datetime) -> int:
        return 0


PRIVACY = WebPrivacy()
