"""Which applications still need a word on why their reviewers differ, before anybody decides."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from applicants import disagreements
from applicants.board import APART
from applicants.calibrations import Summary
from applicants.judgements import Reconciliation
from applicants.models import Application
from whitebox.people.models import User


def unsettled(applications: Collection[int]) -> QuerySet[Summary]:
    """Return where the reviewers of these applications differ and nothing was noted: what stands against a decision."""
    noted = Reconciliation.objects.filter(application=OuterRef("application"), stage=OuterRef("stage"))
    return Summary.objects.filter(~Exists(noted), application__in=applications, spread__gte=APART)


@transaction.atomic
def settle(application: Application, text: str, *, by: User) -> int:
    """Keep one note for every stage at which the reviewers of an application differ, and return for how many."""
    found = list(unsettled([application.pk]).select_related("stage").order_by("stage"))
    for summary in found:
        disagreements.note(application, summary.stage, text, by=by)
    return len(found)
