"""Whom a version reaches when it goes live: all cohorts of a site share the letters, policies and problems in force.

What a cohort is taught never changes by it. `docs/decisions/0056-live-is-for-the-whole-site.md` says why it is so.
"""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation
from whitebox.packs.models import PackFile, PackVersion
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership, User

SHARED = ("letters/", "policies/", "problems/")


def others(version: PackVersion, by: User) -> list[Cohort]:
    """Return the cohorts that somebody does not organize and whose letters, policies or problems would change.

    None for whoever runs the site, and none where only what cohorts follow on purpose differs. Four queries.
    """
    if by.is_superuser or not changes_what_is_shared(version):
        return []
    own = Membership.objects.active().filter(user=by, role=Role.ORGANIZER)
    studying = Membership.objects.filter(cohort=OuterRef("pk"), role=Role.PARTICIPANT, state=MembershipState.ACTIVE)
    at_work = Cohort.objects.filter(Q(Exists(studying)) | Q(started_at=None), adoption__isnull=False)
    return list(at_work.exclude(pk__in=own.values("cohort")).order_by("title", "pk"))


def changes_what_is_shared(version: PackVersion) -> bool:
    """Tell whether going live changes more than what new cohorts are taught."""
    live = PackVersion.objects.filter(pack=version.pack, is_live=True).first()
    return live is None or _shared(live) != _shared(version)


def _shared(version: PackVersion) -> set[tuple[str, int]]:
    places = Q()
    for folder in SHARED:
        places |= Q(path__startswith=folder)
    return set(PackFile.objects.filter(places, version=version).values_list("path", "blob"))


def require_own(version: PackVersion, by: User) -> None:
    """Raise RuleViolation where a version would change the letters, policies or problems of other people's cohorts."""
    touched = others(version, by)
    if touched:
        raise RuleViolation(
            _(
                "All cohorts of this site share letters, policies and problems, and you do not organize %(cohorts)s. "
                "Nothing was changed. Whoever runs the site can put this version live."
            )
            % {"cohorts": ", ".join(cohort.title for cohort in touched)}
        )
