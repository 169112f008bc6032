"""What of mastery waits for those who teach: marks, and talks that are somebody's way to an objective."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curriculum.choices import CorrectiveKind
from mastery import conflicts
from mastery.models import Attempt, CorrectiveAssignment, ObjectiveMastery
from whitebox.people.duties import Duty


def items(people: Collection[int]) -> Iterator[Duty]:
    """Three queries. What was handed in before a deferral waits for those who teach the person now.

    A mark does not wait for who has a conflict with the person.
    """
    here = Q(membership__in=people) | Q(membership__deferred_to__in=people)
    wanted = set(people)
    barred: dict[int, set[int]] = defaultdict(set)
    for person, marker in conflicts.in_force().values_list("person", "marker"):
        barred[person].add(marker)
    found = Attempt.objects.markable().filter(here).select_related("check_version", "membership")
    for attempt in found.defer("check_version__specification").order_by("submitted_at", "pk"):
        member = attempt.membership
        yield Duty(
            member.pk if member.pk in wanted else member.deferred_to_id or member.pk,
            "mark",
            gettext_lazy("mark"),
            _("The mark for %(check)s, form %(form)s") % {"check": attempt.check_version.title, "form": attempt.form},
            attempt.submitted_at or attempt.opened_at,
            reverse("mastery:desk"),
            frozenset(barred[member.user_id]),
        )
    yield from _talks(people)


def _talks(people: Collection[int]) -> Iterator[Duty]:
    has = ObjectiveMastery.objects.filter(membership=OuterRef("attempt__membership"), objective=OuterRef("objective"))
    found = CorrectiveAssignment.objects.filter(
        ~Exists(has), attempt__membership__in=people, done_at=None, corrective__kind=CorrectiveKind.TALK
    ).select_related("corrective__objective_version", "attempt__membership__cohort")
    for one in found.defer("corrective__html").order_by("opened_at", "pk"):
        member = one.attempt.membership
        yield Duty(
            member.pk,
            "talk",
            gettext_lazy("talk"),
            _("A talk about objective %(number)s: %(title)s")
            % {"number": one.corrective.objective_version.number, "title": one.corrective.title},
            one.opened_at,
            reverse("people:person", args=[member.cohort.slug, member.pk]) + "#write",
        )
