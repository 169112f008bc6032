"""Who opened an application with the name on it: the part of admissions in the access log."""

from collections.abc import Iterable

from applicants.models import Application, Round
from whitebox.people import access_log
from whitebox.people.looked import PersonalLook
from whitebox.people.models import User

SUBJECT = "applicants.application"


def opened(application: Application, page: str, *, round_: Round, by: User) -> None:
    """Write down that `by` saw who applied to `round_`, once a day and page. One statement."""
    access_log.note(application, page, about=None, cohort=round_.cohort_id, by=by)


def at(applications: Iterable[Application]) -> list[dict[str, object]]:
    """Return when which page was opened, for the applicants; who read for the admissions is not theirs to know."""
    named = [
        f"{subject}:{pk}"
        for one in applications
        for subject, pk in ((SUBJECT, one.pk), ("applicants.identity", one.identity.pk))
    ]
    found = PersonalLook.objects.filter(subject__in=named).order_by("on", "page")
    return [dict(row) for row in found.values("on", "page").distinct()]
