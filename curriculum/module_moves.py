"""What hangs on the version that a cohort follows: its sessions. Ticks and extensions hang on identities and stay."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from curriculum.models import ModuleVersion, Session
from whitebox.packs.models import PackVersion
from whitebox.packs.sections import Consequence
from whitebox.people.models import Cohort


def consequences(cohort: Cohort, taken: PackVersion) -> list[Consequence]:
    """Say which sessions get another module, which weeks have none, and which keep the move from being made."""
    return list(_consequences(cohort, taken))


def _consequences(cohort: Cohort, taken: PackVersion) -> Iterator[Consequence]:
    by_week = _modules(taken)
    for session in Session.objects.ahead(timezone.now()).filter(cohort=cohort):
        facts = {"week": session.week, "day": date_format(session.on, "D j M")}
        if session.week not in by_week:
            words = _(
                "There is a session ahead in week %(week)s (%(day)s), and the version has no such week. Cancel it."
            )
            yield Consequence(words % facts, is_refusal=True)
        elif by_week[session.week].module_id != session.module_id:
            facts["title"] = by_week[session.week].title
            yield Consequence(_("The session of week %(week)s (%(day)s) becomes “%(title)s”.") % facts)
    planned = set(Session.objects.filter(cohort=cohort).values_list("week", flat=True))
    for week in sorted(by_week.keys() - planned) if planned else ():
        yield Consequence(_("Week %(week)s has no session yet: plan it after the move.") % {"week": week})


def move(cohort: Cohort, taken: PackVersion) -> None:
    """Give each session ahead the module of its week. Those that were held or cancelled keep what they were about."""
    by_week = _modules(taken)
    for session in Session.objects.ahead(timezone.now()).filter(cohort=cohort):
        module = by_week[session.week].module_id
        if session.module_id != module:
            session.module_id = module
            session.sequence += 1
            session.changed_at = timezone.now()
            session.save(update_fields=["module", "sequence", "changed_at"])


def _modules(version: PackVersion) -> dict[int, ModuleVersion]:
    return {module.week: module for module in ModuleVersion.objects.filter(version=version).without_text()}
