"""What people stores about a person. The account is erased last of all, for other rows lead to it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from auditlog.models import LogEntry
from django.utils.translation import gettext as _

from whitebox.people import access_log, breaches
from whitebox.people.choices import MembershipState
from whitebox.people.conduct import Breach, BreachVoice
from whitebox.people.models import ContactNote, Membership, MembershipChange, Signature, User, default_zone
from whitebox.people.subjects import Erasure, Kept, Row, Subject

NOBODY = "erased-{}@erased.invalid"  # no mail can go there


class PeoplePrivacy:
    def export(self, subject: Subject) -> Mapping[str, Sequence[Row]]:
        user = subject.user
        if user is None:
            return {}
        held = Membership.objects.filter(user=user).order_by("pk")
        notes = ContactNote.objects.told_to(user.pk).order_by("at", "pk")
        signed = Signature.objects.filter(user=user).order_by("signed_at", "pk")
        changes = MembershipChange.objects.filter(membership__user=user)
        return {
            "account": [
                {"email": user.email, "name": user.name, "zone": user.zone, "joined": user.date_joined}
                | {"quiet_from": user.quiet_from, "quiet_until": user.quiet_until, "last_sign_in": user.last_login}
            ],
            "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
            "memberships": list(held.values("cohort__title", "role", "state", "promised_hours", "joined_at")),
            "membership_changes": list(changes.values("left", "entered", "reason", "at")),
            "signatures": list(signed.values("version__policy__title", "version__label", "signed_at")),
            "breaches": list(
                breaches.of_person(user).values(
                    "signature__version__policy__title",
                    "happened_on",
                    "kind",
                    "what",
                    "learned",
                    "done",
                    "outcome",
                    "at",
                )
            ),
            "looks_at_these_data": list(access_log.about(user).values("on", "page", "subject", "by__name")),
            "shared_notes": list(notes.values("kind", "at", "text", "next_step")),
        }

    def refusals(self, subject: Subject) -> Sequence[str]:
        """Refuse while somebody takes part: their cohort works with this data every day."""
        if subject.user is None:
            return []
        active = Membership.objects.active().filter(user=subject.user).select_related("cohort").order_by("pk")
        return [
            _("They take part in %(cohort)s as %(role)s. End that membership first.")
            % {"cohort": one.cohort.title, "role": one.get_role_display()}
            for one in active
        ]

    def erase(self, subject: Subject, *, now: datetime) -> Erasure:
        done, user = Erasure(), subject.user
        if user is None or user.email == NOBODY.format(user.pk):
            return done
        done.add("contact notes", ContactNote.objects.filter(about__user=user).delete()[0])
        done.add("reasons of changes", _blank_reasons(user))
        done.add("words on breaches", _blank_breaches(user))
        done.add("sessions", UserSession.objects.filter(user=user).delete()[0])
        done.add("ways to sign in", Authenticator.objects.filter(user=user).delete()[0])
        done.add("ways to sign in", SocialAccount.objects.filter(user=user).delete()[0])
        LogEntry.objects.get_for_object(user).update(changes={}, changes_text="", object_repr="", additional_data=None)
        LogEntry.objects.filter(actor=user).update(remote_addr=None, actor_email=None)
        self._close(user, done)
        return done

    def _close(self, user: User, done: Erasure) -> None:
        """Close the account. Its name and address go too, unless signatures were given under them."""
        was_open = user.is_active
        user.set_unusable_password()
        user.is_active = user.is_staff = user.is_superuser = False
        signatures = Signature.objects.filter(user=user).count()
        if signatures:
            done.add("sign-in of the account", int(was_open))
            proof = _("They prove who agreed to which policy, and are worth nothing without name and address.")
            done.kept += [
                Kept("signatures", signatures, proof),
                Kept("name and address of the account", 1, _("The signatures were given under them.")),
            ]
        else:
            EmailAddress.objects.filter(user=user).delete()
            user.name, user.email, user.zone = "", NOBODY.format(user.pk), default_zone()
            done.add("account", 1)
        user.save()
        looks = access_log.about(user).count()
        if looks:
            proof = _("Who opened these data stays on record for two years.")
            done.kept.append(Kept("looks at these data", looks, proof))
        recorded = Breach.objects.filter(membership__user=user).count()
        if recorded:
            proof = _("Day, kind and decision stay: whether somebody may come back depends on them.")
            done.kept.append(Kept("breaches", recorded, proof))
        kept = Membership.objects.filter(user=user).exclude(state=MembershipState.ACTIVE).count()
        if kept:
            done.kept.append(Kept("memberships", kept, _("The record of the cohort counts them, without a name.")))

    def retain(self, now: datetime) -> int:
        return access_log.forget(now)

    def held_by(self, subject: Subject) -> Collection[int]:
        return Membership.objects.filter(user=subject.user).values_list("cohort", flat=True)

    def closed_to(self, subject: Subject, by: User) -> str:
        return _("This is your own account. Another organizer has to do it.") if subject.user == by else ""


def _blank_reasons(user: User) -> int:
    return MembershipChange.objects.filter(membership__user=user).exclude(reason="").update(reason="")


def _blank_breaches(user: User) -> int:
    about = Breach.objects.filter(membership__user=user).exclude(what="")
    BreachVoice.objects.filter(breach__membership__user=user).update(reason="-")
    return about.update(what="", learned="", done="")


PRIVACY = PeoplePrivacy()
