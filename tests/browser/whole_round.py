"""A round of 120 made by the verbs, to be played on in a browser. Run inside the site: see `Site.manage`."""

import json
import random
import uuid
from datetime import timedelta

from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from applicants import (
    answers,
    applying,
    assignments,
    calibrating,
    conflicts,
    reviewers,
    reviewing,
    rounds,
    routed,
    waitlist,
)
from applicants.calibrations import Calibration, Summary
from applicants.choices import AssignmentState, ConflictOrigin
from applicants.judgements import Assignment, Offer, Reviewer
from applicants.models import Application, Identity, Round
from applicants.procedures import Criterion
from applicants.questionnaire import Question, questionnaire_of
from applicants.return_links import address_of
from whitebox.outbox import tick
from whitebox.packs import loading
from whitebox.people import membership
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, User

SLUG, SEATS, APPLICANTS = "whole-round", 5, 120
LENIENT, BY_HAND = 1.0, 3  # levels that one reviewer adds; readings that are left for the browser
LAPS = 4  # of adaptive routing


def open_round() -> None:
    """Open the round; six people may review it, reviewer@demo.test among them."""
    organizer = User.objects.get(email="organizer@demo.test")
    shown = Cohort.objects.get(slug="demo-2")
    cohort = Cohort.objects.create(
        slug="whole", title="Whole cohort", starts_on=shown.starts_on, weeks=8, zone="Asia/Manila", seats=SEATS
    )
    loading.adopt(cohort, shown.adoption.version, by=organizer)
    membership.enrol(organizer, cohort, Role.ORGANIZER, by=None)
    now = timezone.now()
    round_ = rounds.open_round(
        cohort,
        slug=SLUG,
        title="Whole round",
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=1),
        by=organizer,
    )
    people = [User.objects.get(email="reviewer@demo.test")]
    people += [User.objects.create_user(f"reader{n}@whole.test", name=f"Reader {n}") for n in range(5)]
    for one in people:
        reviewers.appoint(round_, membership.enrol(one, cohort, Role.REVIEWER, by=organizer), by=organizer)


def _apply() -> None:
    round_, rng = _round(), random.Random(3)  # a draw, no secret
    form = questionnaire_of(round_.form)
    for number in range(APPLICANTS - 1):
        email = f"person{number}@whole.test"
        applying.start(round_, email=email, name=f"Person {number}", zone="Asia/Manila")
        application = Application.objects.select_related(*applying.WITH_ALL).get(identity__email=email)
        applying.save_answers(application, {one.slug: _answer(one, rng) for one in form.questions})
        applying.submit(application, key=uuid.uuid4())


def _answer(question: Question, rng: random.Random) -> answers.Answer:
    if question.options:
        return rng.choice(question.options)
    given: dict[str, answers.Answer] = {"number": "12", "consent": True, "long": "I kept a rain gauge for five months."}
    return given.get(question.kind, "")


def apply_and_read() -> None:
    """Hand in the other applications and read them; starting a process for each would cost more."""
    _apply()
    _read()


def _read() -> None:
    """Let one reviewer have a conflict, hand out two readings each, and write all but a few of the browser's."""
    round_ = _round()
    barred = Reviewer.objects.filter(round=round_).order_by("pk")[2]
    for application in Application.objects.filter(round=round_).order_by("pk")[:5]:
        conflicts.record(barred, application, origin=ConflictOrigin.DECLARED, reason="My students.")
    proposal = assignments.propose(round_, seed=1)
    assignments.deploy(round_, proposal.pairs, by=None)
    own = Assignment.objects.filter(application__round=round_, reviewer__membership__user__email="reviewer@demo.test")
    left = set(own.order_by("position").values_list("pk", flat=True)[:BY_HAND])
    _write(round_, exclude=left)


def route() -> str:
    """Switch adaptive routing on, and read what it hands out, a few times over. Returns the ranking."""
    round_ = _round()
    calibrating.refit(round_.pk, "screen")
    routed.switch(round_, on=True, by=User.objects.get(email="organizer@demo.test"))
    for _lap in range(LAPS):
        routed.hand_out(round_.pk, "screen")
        _write(round_, exclude=set())
        calibrating.refit(round_.pk, "screen")
    Round.objects.filter(pk=round_.pk).update(is_routed=False)
    return _ranked(round_)


def _write(round_: Round, *, exclude: set[int]) -> None:
    lenient = _lenient(round_)
    found = Assignment.objects.filter(application__round=round_, state=AssignmentState.OPEN).exclude(pk__in=exclude)
    for one in found.select_related("application", "reviewer__membership__user", "stage"):
        rng = random.Random(one.pk)  # a draw, no secret
        merit = random.Random(one.application.code).gauss(3, 0.8)  # the same for all readers
        lean = LENIENT if one.reviewer_id == lenient.pk else 0
        levels = {
            criterion: max(1, min(5, round(rng.gauss(merit + lean, 0.6))))
            for criterion in Criterion.objects.filter(rubric__stages=one.stage)
        }
        revision = one.application.revisions.latest("number")
        reviewing.submit(one, revision, levels, "", by=one.reviewer.membership.user)


def _ranked(round_: Round) -> str:
    """Return the codes, the best chance first, and the link of each."""
    found = Summary.objects.filter(round=round_, stage__slug="screen").select_related("application")
    rows = sorted(found, key=lambda one: (-(one.p_top or 0), one.application_id))
    return json.dumps([[one.application.code, address_of(one.application)] for one in rows])


def in_line() -> str:
    """Return the codes on the waiting list, the next on top."""
    return json.dumps([one.application.code for one in waitlist.in_line(_round())])


def let_expire(code: str) -> None:
    """Let the time of an offer be over, and tick."""
    now = timezone.now()
    Offer.objects.filter(application__code=code).update(expires_at=now - timedelta(minutes=1))
    tick.run(now)


def proven(codes: list[str]) -> str:
    """Check every rule and the dossiers of `codes`, and return how the round ended."""
    call_command("invariants")
    for code in codes:
        call_command("dossier", code, "--verify")
    return _figures(_round())


def _figures(round_: Round) -> str:
    """Return what became of the round, of the reviewer with conflicts and of the lenient one."""
    counted = sorted(Summary.objects.filter(round=round_, stage__slug="screen").values_list("reviews", flat=True))
    routed_ = Assignment.objects.filter(application__round=round_, origin="routed", state=AssignmentState.DONE).count()
    states = sorted(Offer.objects.filter(application__round=round_).values_list("state", flat=True))
    barred = Assignment.objects.filter(
        application__round=round_,
        application__conflicts__reviewer=F("reviewer"),
        application__conflicts__origin="declared",
    )
    severities = Calibration.objects.filter(round=round_).latest("at").severities
    most_lenient = severities.order_by("-effect")[0].reviewer
    return json.dumps(
        {
            "least": counted[0],
            "routed": routed_,
            "offers": states,
            "people": Identity.objects.filter(round=round_).count(),
            "barred": barred.count(),
            "is_lenient_told": most_lenient == _lenient(round_),
        }
    )


def _lenient(round_: Round) -> Reviewer:
    return Reviewer.objects.filter(round=round_).order_by("pk")[1]


def _round() -> Round:
    return Round.objects.select_related("cohort", "form").get(slug=SLUG)
