"""Every deadline of a cohort as a file: the same moments that pages, reminders and calendars show."""

import csv
import io
from datetime import UTC, datetime

from curriculum import deadlines
from curriculum.models import ModuleVersion, Session
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership
from whitebox.text.spreadsheet import escaped

COLUMNS = ("name", "week", "module", "item", "due", "zone", "due_utc", "for_everybody_utc", "is_extended")


def exported(cohort: Cohort) -> str:
    """Return a row for each person and item as CSV, by name and week. Four queries whatever the number of people."""
    people = list(
        Membership.objects.active()
        .filter(cohort=cohort, role=Role.PARTICIPANT)
        .select_related("user")
        .order_by("user__name", "pk")
    )
    sessions = list(Session.objects.filter(cohort=cohort).order_by("week"))
    titles = dict(ModuleVersion.objects.followed_by(cohort).values_list("module", "title"))
    extensions = deadlines.extensions_of(people)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for person in people:
        due = deadlines.from_sessions(cohort, sessions, extensions.get(person.pk, {}))
        weeks = {session.module_id: session.week for session in sessions}
        for (module, item), one in due.items():
            writer.writerow(
                escaped(cell)
                for cell in (
                    person.user.called,
                    str(weeks[module]),
                    titles.get(module, ""),
                    item.value,
                    f"{one.due_at.astimezone(cohort.tz):%Y-%m-%d %H:%M}",
                    cohort.zone,
                    _stamp(one.due_at),
                    _stamp(one.base_at),
                    "yes" if one.is_extended else "no",
                )
            )
    return text.getvalue()


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
