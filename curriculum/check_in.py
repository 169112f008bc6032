"""Checking in by oneself: a code that is shown in the room, changes every minute and holds for two.

The code is a keyed digest of the session and the minute, so nothing is stored and nothing can be worked out without
the site's key. Wrong codes are counted in the database: a limit in the cache would be open while the cache is away.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from curriculum import attendance
from curriculum.models import Session
from curriculum.register import Attendance, WrongCode
from whitebox.errors import RuleViolation
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Membership, User

STEP = 60  # seconds that a code is shown; it is taken for one step more
DIGITS = 6
CLOSES = timedelta(minutes=30)  # after the start; whoever comes later talks to whoever leads
MOST_WRONG, WITHIN = 5, timedelta(minutes=10)


def code(session: Session, at: datetime) -> str:
    """Return the code that is shown at a moment."""
    return _code(session, int(at.timestamp()) // STEP)


def _code(session: Session, step: int) -> str:
    digest = salted_hmac("curriculum.check_in", f"{session.pk}:{step}", algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8]) % 10**DIGITS:0{DIGITS}d}"


def next_code_at(at: datetime) -> datetime:
    """Return when another code is shown."""
    return datetime.fromtimestamp((int(at.timestamp()) // STEP + 1) * STEP, tz=at.tzinfo)


def is_open(session: Session, at: datetime) -> bool:
    """Tell whether people can check in to a session now."""
    return not session.is_cancelled and session.starts_at - attendance.OPENS <= at < _closes(session)


def _closes(session: Session) -> datetime:
    return min(session.starts_at + CLOSES, session.ends_at)


def check_in(session: Session, membership: Membership, typed: str, *, by: User) -> Attendance:
    """Record that a participant is here. Checking in twice changes nothing.

    Raises RuleViolation outside the window, for a wrong or an old code, after too many of these, and for anybody but
    the participant. A wrong code is stored although this raises, so it must not run inside a transaction.
    """
    now = timezone.now()
    _require_own(session, membership, by)
    if not is_open(session, now):
        raise RuleViolation(
            _(
                "You can check in from 15 minutes before the session until 30 minutes after its start. "
                "Talk to whoever leads it: they can mark you."
            )
        )
    if not _is_right(session, membership, typed, now):
        raise RuleViolation(_("This is not the code that is shown now. Look again: it changes every minute."))
    return attendance.arrive(session, membership, by=by)


def _require_own(session: Session, membership: Membership, by: User) -> None:
    is_own = membership.user_id == by.pk and membership.cohort_id == session.cohort_id
    if not is_own or membership.role != Role.PARTICIPANT or membership.state != MembershipState.ACTIVE:
        raise RuleViolation(_("Only people who study in this cohort check in, and only themselves."))


@transaction.atomic
def _is_right(session: Session, membership: Membership, typed: str, now: datetime) -> bool:
    """Compare a code with the present one and the one before, and count it where it is neither."""
    # The membership's row is the lock: a thousand guesses at once queue here.
    Membership.objects.select_for_update().get(pk=membership.pk)
    wrong = WrongCode.objects.filter(membership=membership, at__gt=now - WITHIN)
    if wrong.count() >= MOST_WRONG:
        raise RuleViolation(_("Too many wrong codes. Wait ten minutes, or ask whoever leads the session to mark you."))
    step = int(now.timestamp()) // STEP
    given = "".join(sign for sign in typed if not sign.isspace())
    # Both are compared, so that the time taken says nothing.
    fits = [constant_time_compare(given, _code(session, step - back)) for back in (0, 1)]
    if not any(fits):
        WrongCode.objects.create(session=session, membership=membership, at=now)
    return any(fits)
