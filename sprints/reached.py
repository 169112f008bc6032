"""Who got as far as research: an excursion that was closed with a verdict."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from sprints import researched
from whitebox.programme.funnel import Reached


def steps(members: Collection[int]) -> Sequence[Reached]:
    return [Reached("researched", _("closed an excursion"), set(researched.verdicts(members)), order=50)]
