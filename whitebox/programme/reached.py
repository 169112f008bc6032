"""How far the programme itself saw people get: finished, placed."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from whitebox.people.choices import MembershipState
from whitebox.people.models import Membership
from whitebox.programme.funnel import Reached
from whitebox.programme.models import Placement


def steps(members: Collection[int]) -> Sequence[Reached]:
    done = Membership.objects.filter(pk__in=members, state=MembershipState.COMPLETED)
    placed = Placement.objects.serious().filter(membership__in=members)
    return [
        Reached("finished", _("finished"), set(done.values_list("pk", flat=True)), order=10),
        Reached(
            "placed", _("placed in research on safety"), set(placed.values_list("membership", flat=True)), order=90
        ),
    ]
