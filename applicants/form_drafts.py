"""Working on a round's form: what is changed is kept as a draft, compared with the form in use, and applied as a whole.

Every step passes the check of packs, so that a draft can be applied at any time.
"""

import json
from collections.abc import Mapping
from difflib import unified_diff
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants import form_parts, form_versions
from applicants.models import FormDraft, Round
from applicants.procedures import FormVersion
from whitebox.errors import RuleViolation
from whitebox.packs import differences
from whitebox.packs.contents import Contents
from whitebox.packs.differences import Difference
from whitebox.people.models import User


def of_round(round_: Round) -> FormDraft | None:
    return FormDraft.objects.filter(round=round_).select_related("by").first()


def files_of(round_: Round, draft: FormDraft | None) -> dict[str, str]:
    """Return what is worked on: the draft, or the form in use where there is none."""
    return dict(draft.files) if draft is not None else form_versions.files_of(round_.form)


def seen(round_: Round, files: Mapping[str, str]) -> str:
    """Return what stands for a form and a wording of it: a page that was drawn from others is out of date."""
    return sha256(json.dumps([round_.form_id, dict(files)], sort_keys=True).encode()).hexdigest()


@transaction.atomic
def keep(round_: Round, files: Mapping[str, str], *, since: str, by: User) -> bool:
    """Keep another wording as the draft and tell whether it differs from the form in use.

    `since` is what the page was drawn from. Raises RuleViolation where it is out of date, and for files that the
    check of packs refuses.
    """
    current = _current(round_, since)
    if wrong := form_versions.problems(files):
        raise RuleViolation(_("%(problem)s. Nothing was changed.") % {"problem": wrong[0].message})
    plain = form_parts.files(form_parts.read(files))
    if plain == form_versions.files_of(current.form):
        FormDraft.objects.filter(round=current).delete()
        return False
    FormDraft.objects.update_or_create(round=current, defaults={"files": plain, "by": by, "at": timezone.now()})
    return True


def _current(round_: Round, since: str) -> Round:
    current = Round.objects.select_for_update(of=("self",)).select_related("form").get(pk=round_.pk)
    if since != seen(current, files_of(current, of_round(current))):
        raise RuleViolation(_("This form was changed since you opened the page. Nothing was saved: look at it again."))
    return current


@transaction.atomic
def discard(round_: Round) -> None:
    """Throw a draft away. Twice changes nothing."""
    FormDraft.objects.filter(round=round_).delete()


@transaction.atomic
def apply(round_: Round, *, since: str, by: User) -> FormVersion:
    """Make the draft the round's form: a version of its own; what was submitted keeps the form it answered.

    Without a draft the form in use is returned. Raises RuleViolation where the draft is not the one that was shown.
    """
    current = _current(round_, since)
    draft = of_round(current)
    if draft is None:
        return current.form
    form = form_versions.revise(current, draft.files, by=by)
    draft.delete()
    return form


def changes(round_: Round, files: Mapping[str, str]) -> list[Difference]:
    """Return what a wording changes in the form in use, entry by entry."""
    return differences.between(_contents(form_versions.files_of(round_.form)), _contents(files))


def lines(round_: Round, files: Mapping[str, str]) -> list[str]:
    """Return the same line by line, as programmers read it."""
    before = form_versions.files_of(round_.form)
    found: list[str] = []
    for name in dict.fromkeys([*before, *files]):
        old, new = before.get(name, "").splitlines(), files.get(name, "").splitlines()
        found += unified_diff(old, new, f"form {round_.form.number}/{name}", f"draft/{name}", lineterm="", n=2)
    return found


def _contents(files: Mapping[str, str]) -> Contents:
    return Contents({name: text.encode() for name, text in files.items()})
