"""What of the curriculum waits for those who teach: questions without an answer."""

from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curriculum.commitments import Question
from whitebox.people.duties import Duty


def items(people: Collection[int]) -> Iterator[Duty]:
    """One query."""
    asked = Question.objects.filter(membership__in=people, answered_at=None).select_related("membership__cohort")
    for one in asked.order_by("asked_at", "pk"):
        yield Duty(
            one.membership_id,
            "question",
            gettext_lazy("question"),
            _("The question “%(text)s”") % {"text": Truncator(one.text).chars(80)},
            one.asked_at,
            reverse("curriculum:questions", args=[one.membership.cohort.slug]),
        )
