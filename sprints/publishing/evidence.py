"""Facts about what a cohort published. Only what everybody may read is counted."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from sprints.publishing.agreements import Endorsement
from sprints.publishing.choices import EndorsementState
from sprints.publishing.models import Writeup
from whitebox.people.models import Cohort
from whitebox.programme.facts import Fact


def facts(cohort: Cohort) -> Sequence[Fact]:
    """Return how many texts are published and how many of them are endorsed: one query."""
    endorsed = Endorsement.objects.filter(
        revision__writeup=OuterRef("pk"),
        revision__number__lte=OuterRef("shown__number"),
        state=EndorsementState.ENDORSED,
    )
    published = Writeup.objects.published().filter(cohort=cohort).annotate(is_endorsed=Exists(endorsed))
    found = list(published.values_list("is_endorsed", flat=True))
    return [
        Fact(
            "posts-published",
            _("Posts published"),
            len(found),
            definition=_("Write-ups of the cohort with a public page that is not retracted."),
        ),
        Fact(
            "posts-endorsed",
            _("Posts endorsed"),
            sum(found),
            of=len(found),
            definition=_("Published write-ups with a standing endorsement by somebody from outside."),
        ),
    ]
