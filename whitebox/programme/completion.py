"""What the programme itself asks for before a certificate: signed policies, and an organizer who says it is done."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from whitebox.people import policies
from whitebox.people.choices import MembershipState
from whitebox.people.models import Membership
from whitebox.programme.conditions import Condition


def conditions(membership: Membership) -> Sequence[Condition]:
    is_signed = not policies.unsigned(membership.user, {membership.role})
    is_done = membership.state == MembershipState.COMPLETED
    return [
        Condition(
            _("The policies of the programme are signed."),
            is_signed,
            "" if is_signed else _("Read and sign them."),
            "" if is_signed else reverse("people:policies"),
            order=10,
        ),
        Condition(
            _("An organizer has recorded that the programme is completed."),
            is_done,
            "" if is_done else _("They do so at the end. Ask them if you think they forgot."),
            order=90,
        ),
    ]
