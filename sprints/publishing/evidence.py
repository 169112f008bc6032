"""What writing says about a cohort: the posts that are public, and those of them that somebody outside endorses."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from sprints.publishing.agreements import Endorsement
from sprints.publishing.choices import EndorsementState
from sprints.publishing.models import Writeup
from whitebox.people.models import Cohort
from whitebox.programme.facts import Evidence, Fact
from whitebox.programme.periods import Period


def facts(cohort: Cohort, period: Period) -> Sequence[Fact]:
    """Count what everybody may read now: one query. What is not published, or no more, is counted nowhere."""
    found = _posts(cohort, period).aggregate(all=Count("pk"), endorsed=Count("pk", filter=Q(is_endorsed=True)))
    return [
        Fact(
            "published",
            _("Posts published and endorsed"),
            found["endorsed"],
            found["all"],
            _(
                "Endorsed by somebody outside whose word stands for what is shown or was shown, of all write-ups that "
                "were published in the period and have not been retracted."
            ),
            public=found["endorsed"],
            evidence=partial(_evidence, cohort, period),
        ),
        Fact(
            "posts",
            _("Posts published"),
            found["all"],
            definition=_("Write-ups that were published in the period and have not been retracted, endorsed or not."),
            public=found["all"],
        ),
    ]


def _posts(cohort: Cohort, period: Period) -> QuerySet[Any]:
    """Return the published texts of a cohort, each with whether `public.endorsements` would show any."""
    given = Endorsement.objects.filter(
        revision__writeup=OuterRef("pk"),
        revision__number__lte=OuterRef("shown__number"),
        state=EndorsementState.ENDORSED,
    )
    return (
        Writeup.objects.published()
        .filter(period.within("published_at"), cohort=cohort)
        .annotate(is_endorsed=Exists(given))
    )


def _evidence(cohort: Cohort, period: Period) -> list[Evidence]:
    rows = _posts(cohort, period).filter(is_endorsed=True).select_related("shown").order_by("published_at", "pk")
    return [
        Evidence(
            one.shown.title if one.shown is not None else "",
            one.published_at.astimezone(cohort.tz).date() if one.published_at else None,
            reverse("publishing:post", args=[one.slug]),
        )
        for one in rows
    ]
