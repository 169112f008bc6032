"""Policies: which version is in force, who still has to sign, and signing."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation
from whitebox.people.models import Membership, Policy, PolicyVersion, Signature, User
from whitebox.prepared import Call, prepared


def current_versions() -> QuerySet[PolicyVersion]:
    """Return the version in force of every policy: the one published last."""
    newest = PolicyVersion.objects.filter(policy=OuterRef("policy")).order_by("-published_at", "-pk")
    return (
        PolicyVersion.objects.filter(pk=Subquery(newest.values("pk")[:1]))
        .select_related("policy")
        .order_by("policy__slug")
    )


def unsigned(user: User, roles: Iterable[str]) -> list[PolicyVersion]:
    """Return the versions that a person with these roles has still to sign. One query."""
    wanted = set(roles)
    newest = {version.policy_id: version for version in _versions(user.pk)}
    waiting = (one for one in newest.values() if one.signed is None and wanted & set(one.policy.required_for))
    return sorted(waiting, key=lambda version: version.policy.slug)


def foreseen(user: User) -> Call:
    """Return what `unsigned` asks."""
    return _versions.call(user.pk)


@prepared
def _versions(user: int) -> QuerySet[Any]:
    """Return all versions, each with the reader's signature: they are few, so this is cheaper than two subqueries."""
    own = FilteredRelation("signatures", condition=Q(signatures__user=user))
    rows = PolicyVersion.objects.annotate(own=own, signed=F("own__pk")).select_related("policy")
    return rows.defer("source", "html").order_by("published_at", "pk")


def owed(user: User) -> list[PolicyVersion]:
    """Return what `user` has still to sign, over all cohorts."""
    roles = Membership.objects.active().filter(user=user).values_list("role", flat=True)
    return unsigned(user, set(roles))


@transaction.atomic
def sign(version: PolicyVersion, *, by: User) -> Signature:
    """Record that `by` agrees to `version`; twice leaves one signature.

    Raises RuleViolation for an outdated version.
    """
    if not current_versions().filter(pk=version.pk).exists():
        raise RuleViolation(_("There is a newer version of this policy. Read that one before you sign."))
    signature, _created = Signature.objects.get_or_create(user=by, version=version)
    return signature


@transaction.atomic
def publish(slug: str, *, title: str, required_for: list[str], label: str, source: str, html: str) -> PolicyVersion:
    """Put a wording in force. The same label and wording change nothing; another wording is refused."""
    policy, _created = Policy.objects.update_or_create(
        slug=slug, defaults={"title": title, "required_for": required_for}
    )
    version, created = PolicyVersion.objects.get_or_create(
        policy=policy, label=label, defaults={"source": source, "html": html}
    )
    if not created and version.source != source:
        raise RuleViolation(
            _("Policy %(slug)s, version %(label)s has another wording already. Give the new one a new version.")
            % {"slug": slug, "label": label}
        )
    return version
