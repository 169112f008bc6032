"""What the curriculum knows about a cohort: how much surer people feel, topic by topic."""

from collections.abc import Sequence

from django.utils.text import slugify
from django.utils.translation import gettext as _

from curriculum import confidence
from whitebox.people.models import Cohort
from whitebox.programme.facts import Fact
from whitebox.programme.periods import Period


def facts(cohort: Cohort, period: Period) -> Sequence[Fact]:
    """Return one fact a topic: the mean change of the own rating. Too few people give no number.

    A change spans the whole training, so a period does not cut it.
    """
    return [
        Fact(
            slug=f"confidence-{slugify(delta.topic)}",
            label=_("Change of confidence: %(topic)s") % {"topic": delta.topic},
            value=None if delta.change is None else round(delta.change, 2),
            of=delta.people,
            definition=_(
                "Mean of end minus start, from 1 to 5, over the %(people)d of %(asked)d participants who rated both. "
                "Not shown below %(fewest)d."
            )
            % {"people": delta.people, "asked": delta.asked, "fewest": confidence.FEWEST},
        )
        for delta in confidence.deltas(cohort)
    ]
