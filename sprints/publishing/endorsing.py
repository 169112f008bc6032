"""Endorsements: a researcher from outside reads one wording behind a private link, and gives their word or does not."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sprints import access as research
from sprints.choices import InfohazardLevel
from sprints.publishing import access, releasing
from sprints.publishing.agreements import Endorsement
from sprints.publishing.choices import EndorsementState
from sprints.publishing.models import Writeup
from whitebox.errors import RuleViolation
from whitebox.people.models import User, normalised

LASTS = timedelta(days=21)  # a private link
ADDRESS_KEPT = timedelta(days=365)  # after the link has ended
MOST_ASKED = 10  # for one wording


@transaction.atomic
def ask(writeup: Writeup, name: str, email: str, *, by: User) -> Endorsement:
    """Ask somebody outside for an endorsement of the latest wording; the letter leaves with the next minute.

    Authors and organizers ask. Asking the same address about the same wording twice sends one letter.
    """
    current = access.locked(writeup)
    if not access.may_read(by, current) or not (
        access.is_author(by, current) or research.organizes(by, current.cohort)
    ):
        raise RuleViolation(_("An author or an organizer asks for endorsements."))
    if current.level == InfohazardLevel.SECRET:
        raise RuleViolation(_("It is secret. Nobody outside reads it before it is private."))
    if current.latest is None or not current.latest.source:
        raise RuleViolation(_("There is no text yet."))
    address = _address(email)
    asked = Endorsement.objects.filter(revision=current.latest)
    present = asked.filter(email=address, state=EndorsementState.ASKED).first()
    if present is not None:
        return present
    if asked.count() >= MOST_ASKED:
        raise RuleViolation(_("Ten people were asked about this wording. Wait for their answers."))
    if not name.strip():
        raise RuleViolation(_("Write the name of the person you ask."))
    return Endorsement.objects.create(
        revision=current.latest,
        name=" ".join(name.split())[:120],
        email=address,
        by=by,
        expires_at=timezone.now() + LASTS,
    )


def _address(email: str) -> str:
    address = normalised(email)
    try:
        validate_email(address)
    except ValidationError as wrong:
        raise RuleViolation(_("This is no e-mail address.")) from wrong
    return address


@transaction.atomic
def endorse(endorsement: Endorsement, *, name: str, affiliation: str, text: str) -> None:
    """Give one's word for the wording one has read. The same answer twice changes nothing."""
    current = _locked(endorsement)
    if current.state == EndorsementState.ENDORSED:
        return
    _require_open(current)
    if not name.strip() or not text.strip():
        raise RuleViolation(_("Your name and a sentence in your own words are what readers see."))
    current.name, current.affiliation = " ".join(name.split())[:120], " ".join(affiliation.split())[:200]
    current.text, current.state, current.answered_at = text.strip()[:2000], EndorsementState.ENDORSED, timezone.now()
    current.save(update_fields=["name", "affiliation", "text", "state", "answered_at"])
    releasing.renew(current.revision)


@transaction.atomic
def decline(endorsement: Endorsement) -> None:
    """Say no. Nobody is told more than that. Twice changes nothing."""
    current = _locked(endorsement)
    if current.state == EndorsementState.DECLINED:
        return
    _require_open(current)
    current.state, current.answered_at = EndorsementState.DECLINED, timezone.now()
    current.save(update_fields=["state", "answered_at"])


@transaction.atomic
def withdraw(endorsement: Endorsement) -> None:
    """Take one's word back, at any time, also after the publication: it leaves the page at once."""
    current = _locked(endorsement)
    if current.state == EndorsementState.WITHDRAWN:
        return
    if current.state != EndorsementState.ENDORSED:
        raise RuleViolation(_("There is no endorsement to withdraw."))
    current.state, current.ended_at = EndorsementState.WITHDRAWN, timezone.now()
    current.save(update_fields=["state", "ended_at"])
    releasing.renew(current.revision)


@transaction.atomic
def call_off(endorsement: Endorsement, *, by: User) -> None:
    """Close a private link that was not answered."""
    writeup = access.locked(endorsement.revision.writeup)
    current = _locked(endorsement)
    if not access.is_author(by, writeup) and not research.organizes(by, writeup.cohort):
        raise RuleViolation(_("An author or an organizer does this."))
    if current.state == EndorsementState.ASKED:
        current.state, current.ended_at = EndorsementState.CALLED_OFF, timezone.now()
        current.save(update_fields=["state", "ended_at"])


def _locked(endorsement: Endorsement) -> Endorsement:
    """Return an endorsement behind the lock of its write-up, whose publication counts on it."""
    access.locked(endorsement.revision.writeup)
    return Endorsement.objects.select_related("revision__writeup").get(pk=endorsement.pk)


def _require_open(current: Endorsement) -> None:
    if not is_open(current):
        raise RuleViolation(_("This link has ended. Write to whoever sent it for a new one."))


def is_open(endorsement: Endorsement) -> bool:
    """Tell whether it can be answered: asked, in time, and the write-up is not secret meanwhile."""
    return (
        endorsement.state == EndorsementState.ASKED
        and endorsement.expires_at > timezone.now()
        and endorsement.revision.writeup.level != InfohazardLevel.SECRET
    )


def may_be_read(endorsement: Endorsement) -> bool:
    """Tell whether its reader still sees the wording: while it is open, and afterwards if they gave their word."""
    writeup = endorsement.revision.writeup
    is_closed = writeup.level == InfohazardLevel.SECRET or writeup.is_hushed
    return is_open(endorsement) or (endorsement.state == EndorsementState.ENDORSED and not is_closed)


def forget(endorsements: QuerySet[Endorsement], *, now: datetime) -> int:
    """Erase an endorser: the word leaves every page with the name. Returns how many there were."""
    found = list(endorsements.select_related("revision"))
    for one in found:
        state = EndorsementState.WITHDRAWN if one.is_given else EndorsementState.CALLED_OFF
        gone = {"name": "", "affiliation": "", "text": "", "email": "", "state": state, "ended_at": now}
        Endorsement.objects.filter(pk=one.pk).update(**gone)
        releasing.renew(one.revision)
    return len(found)


def forget_addresses(now: datetime) -> int:
    """Erase the addresses of people who were asked long ago. An endorsement stays, with the name it was given under."""
    old = Endorsement.objects.filter(expires_at__lt=now - ADDRESS_KEPT).exclude(email="")
    return old.exclude(state=EndorsementState.ASKED).update(email="") + old.filter(state=EndorsementState.ASKED).update(
        email="", name="", state=EndorsementState.CALLED_OFF, ended_at=now
    )
