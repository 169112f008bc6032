"""Whose record began in a cohort, and where it went on: what became of people counts for the cohort that chose them."""

from collections.abc import Mapping

from django.db.models import Q

from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership

Records = Mapping[int, int]  # from every membership of a record to the one as which it began


def of_cohort(cohort: Cohort) -> Records:
    """Return the records of the participants who began in a cohort, those deferred since included. One query."""
    began = Membership.objects.filter(cohort=cohort, role=Role.PARTICIPANT, began_as=None)
    rows = Membership.objects.filter(Q(pk__in=began) | Q(began_as__in=began)).order_by("pk")
    return {pk: root or pk for pk, root in rows.values_list("pk", "began_as")}
