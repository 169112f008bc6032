"""Inviting people into a role. The account is made at once; the first sign-in proves the address by a mailed code."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from whitebox.outbox import letters
from whitebox.people import membership
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, User, normalised
from whitebox.programme.models import Invitation


@transaction.atomic
def invite(email: str, name: str, cohort: Cohort, role: Role, *, by: User) -> Invitation:
    """Give a person a role and write to them; twice returns the first invitation and writes nothing.

    Somebody who has an account keeps it, name included. Raises RuleViolation when a participant finds no
    free seat, or when the person left this role before.
    """
    user = _account(normalised(email), name)
    joined = membership.enrol(user, cohort, role, by=by, reason="Invited.")
    invitation, _created = Invitation.objects.get_or_create(
        membership=joined, defaults={"email": user.email, "name": name, "cohort": cohort, "role": role, "by": by}
    )
    letters.queue(_letter(invitation, user, by))
    return invitation


def _account(email: str, name: str) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, name=name)
        EmailAddress.objects.create(user=user, email=email, verified=False, primary=True)
    return user


def _letter(invitation: Invitation, user: User, by: User) -> letters.Request:
    return letters.Request(
        kind="invitation",
        dedup_key=f"invitation:{invitation.pk}",
        to=user,
        about=f"programme.invitation:{invitation.pk}",
        cohort_id=invitation.cohort_id,
        context={
            "cohort": invitation.cohort.title,
            "stage": str(Role(invitation.role).label),
            "organizer_name": by.called,
            "link": settings.SITE_URL + reverse("account_request_login_code"),
        },
    )
