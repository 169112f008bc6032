"""The rights matrix: for every address of ours, what each visitor gets.

A new address is added here on purpose. The rows say what the house promises, not what the code happens to do.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from django.utils import timezone

from tests.architecture.world import Visitor, World

V = Visitor


class Answer(StrEnum):
    SHOWN = "200"
    MOVED = "302, to another page"
    SIGN_IN = "302, to sign in"
    INVALID = "400, the form says why"
    DENIED = "403"
    HIDDEN = "404"
    NO_METHOD = "405"
    UNFINISHED = "422, the form says why"


SHOWN, MOVED, SIGN_IN, INVALID = Answer.SHOWN, Answer.MOVED, Answer.SIGN_IN, Answer.INVALID
DENIED, HIDDEN, NO_METHOD, UNFINISHED = Answer.DENIED, Answer.HIDDEN, Answer.NO_METHOD, Answer.UNFINISHED
# Whoever gets one of these has changed nothing.
REFUSALS = frozenset({SIGN_IN, DENIED, HIDDEN, NO_METHOD})

Row = Mapping[Visitor, Answer]
Who = Collection[Visitor]

MEMBERS = frozenset(V) - {V.ANONYMOUS, V.STRANGER}
AWAY = {V.AWAY_PARTICIPANT, V.AWAY_ORGANIZER}
HOME = MEMBERS - AWAY
PARTICIPANTS = {V.PARTICIPANT, V.PEER, V.AWAY_PARTICIPANT}
TEACHERS = {V.MENTOR, V.OTHER_MENTOR, V.ORGANIZER, V.AWAY_ORGANIZER}
RESEARCHERS = {V.PARTICIPANT, V.PEER, V.MENTOR, V.OTHER_MENTOR, V.ORGANIZER}
READERS = HOME - {V.REVIEWER}
OVERSEERS = {V.PARTICIPANT, V.MENTOR, V.ORGANIZER, V.ADVISER}  # of the participant's handed-in work
OWN = {V.PARTICIPANT}
STAFF = {V.REVIEWER, V.ORGANIZER, V.AWAY_ORGANIZER}  # whom the admin lets in
ORGANIZERS = {V.ORGANIZER, V.AWAY_ORGANIZER}


def everybody(answer: Answer) -> Row:
    return dict.fromkeys(V, answer)


def signed_in(answer: Answer) -> Row:
    return {**everybody(answer), V.ANONYMOUS: SIGN_IN}


def only(who: Who, answer: Answer, *, others: Answer = HIDDEN) -> Row:
    """Answer those named; nobody else finds anything, and the anonymous are asked to sign in."""
    return {**signed_in(others), **dict.fromkeys(who, answer)}


def admin(who: Who, answer: Answer, *, others: Answer = HIDDEN) -> Row:
    """Answer those named behind the admin's door, through which staff alone gets."""
    return {**everybody(SIGN_IN), **dict.fromkeys(STAFF, others), **dict.fromkeys(who, answer)}


NEVER = everybody(NO_METHOD)
ADMIN_NEVER = admin(STAFF, NO_METHOD)


@dataclass(frozen=True, slots=True)
class Rule:
    """Who gets what at one address. `places` names what stands in it; see `World.places`."""

    pattern: str
    places: tuple[str, ...] = ()
    get: Row = field(default_factory=lambda: NEVER)
    post: Row = field(default_factory=lambda: NEVER)
    data: Callable[[World], Mapping[str, str]] = lambda _world: {"nothing": "of use"}
    case: str = ""

    def __str__(self) -> str:
        return f"{self.pattern} ({self.case})" if self.case else self.pattern


def _until(_world: World) -> Mapping[str, str]:
    return {"until": (timezone.now() + timedelta(days=7)).date().isoformat()}


def _revision(world: World) -> Mapping[str, str]:
    return {"revision": world.places["revision"]}


def _decision(world: World) -> Mapping[str, str]:
    return {"decision": world.places["decision"]}


SITE = [
    Rule("web:home", get=signed_in(SHOWN)),
    Rule("web:healthz", get=everybody(SHOWN)),
    Rule("web:readyz", get=everybody(SHOWN)),
    Rule("web:calendar_settings", get=signed_in(SHOWN)),
    Rule("web:calendar_renew", post=signed_in(MOVED)),
    # The address is the key: a calendar program has no other.
    Rule("web:calendar", ("feed",), get=everybody(SHOWN)),
    Rule("people:policies", get=signed_in(SHOWN)),
    Rule("people:policy", ("policy",), get=signed_in(SHOWN), post=signed_in(MOVED)),
    Rule("people:profile", get=signed_in(SHOWN), post=signed_in(SHOWN)),
]

# Applicants have no account: whoever has the link of an application has the application.
APPLYING = [
    Rule("applicants:landing", get={**everybody(MOVED), V.ANONYMOUS: SHOWN}),
    Rule("applicants:start", ("round",), get=everybody(SHOWN), post=everybody(SHOWN)),
    Rule("applicants:sent", ("round",), get=everybody(SHOWN)),
    Rule("applicants:status", ("token",), get=everybody(SHOWN)),
    Rule("applicants:identity", ("token",), get=everybody(SHOWN), post=everybody(SHOWN)),
    Rule("applicants:section", ("token", "section"), get=everybody(SHOWN), post=everybody(MOVED)),
    Rule("applicants:check", ("token",), get=everybody(SHOWN), post=everybody(MOVED)),
    Rule("applicants:file", ("token", "question"), get=everybody(SHOWN)),
    Rule("applicants:withdraw", ("token",), post=everybody(MOVED)),
    Rule("applicants:offer", ("token",), post=everybody(MOVED)),
]

LEARNING = [
    Rule("curriculum:own_weeks", get=only(MEMBERS - {V.REVIEWER}, MOVED)),
    Rule("curriculum:weeks", ("cohort",), get=only(READERS, SHOWN)),
    Rule("curriculum:module", ("cohort", "module"), get=only(READERS, SHOWN)),
    # The other cohort follows the same version of the pack.
    Rule("curriculum:figure", ("digest", "figure"), get=only(MEMBERS - {V.REVIEWER}, SHOWN)),
    # Staff is told in words that only participants tick.
    Rule("curriculum:tick", ("cohort", "module", "resource"), post=only(READERS, MOVED)),
    Rule("curriculum:untick", ("cohort", "module", "resource"), post=only(READERS, MOVED)),
]

MASTERY = [
    Rule("mastery:check", ("check",), get=only(PARTICIPANTS, SHOWN)),
    Rule("mastery:start", ("check",), post=only(PARTICIPANTS, MOVED)),
    Rule("mastery:attempt", ("attempt",), get=only(OWN, SHOWN), case="open"),
    Rule("mastery:attempt", ("handed_in",), get=only(OVERSEERS, SHOWN), case="handed in"),
    Rule("mastery:progress", ("waiting",), get=only(OVERSEERS, SHOWN)),
    Rule("mastery:save", ("attempt",), post=only(OWN, MOVED)),
    Rule("mastery:submit", ("attempt",), get=only(OWN, MOVED), post=only(OWN, UNFINISHED)),
    Rule("mastery:starter", ("attempt", "item"), get=only(OWN, SHOWN)),
    Rule("mastery:corrective", ("corrective",), get=only(OWN, SHOWN)),
    Rule("mastery:corrective_done", ("corrective",), post=only(OWN, MOVED)),
    Rule("mastery:desk", get=only(TEACHERS, SHOWN)),
    Rule(
        "mastery:mark",
        ("unmarked", "written"),
        get=only({V.MENTOR, V.ORGANIZER}, SHOWN),
        post=only({V.MENTOR, V.ORGANIZER}, UNFINISHED),
    ),
]

RESEARCH = [
    Rule("sprints:research", get=only(MEMBERS, SHOWN)),
    Rule("sprints:bank", get=only(MEMBERS, SHOWN)),
    Rule("sprints:problem", ("problem",), get=only(MEMBERS, SHOWN)),
    # Reviewers and advisers read only; the other cohort has not started.
    Rule(
        "sprints:claim", ("problem",), post={**only(MEMBERS, INVALID), **dict.fromkeys(RESEARCHERS, MOVED)}, data=_until
    ),
    Rule("sprints:renew", ("claim",), post=only(OWN, INVALID)),
    Rule("sprints:release", ("claim",), post=only(OWN | {V.ORGANIZER}, MOVED)),
    Rule("sprints:finish", ("claim",), post=only(OWN, MOVED)),
    Rule("sprints:open_excursion", ("claim",), get=only(OWN, SHOWN), post=only(OWN, INVALID)),
    Rule("sprints:excursion", ("excursion",), get=only({V.PARTICIPANT, V.MENTOR, V.ORGANIZER}, SHOWN), case="private"),
    Rule("sprints:excursion", ("secret",), get=only({V.PARTICIPANT, V.ORGANIZER}, SHOWN), case="secret"),
    Rule("sprints:write", ("excursion",), post=only(OWN, INVALID)),
    Rule("sprints:judge", ("excursion",), post=only(OWN, INVALID)),
]

ORGANIZER = {V.ORGANIZER}
REVIEWER = {V.REVIEWER}
ADMIN = [
    Rule(
        "admin:outbox_mailbox",
        get=admin(ORGANIZERS, SHOWN, others=DENIED),
        post=admin(ORGANIZERS, SHOWN, others=DENIED),
    ),
    Rule("admin:people_membership_step", ("membership",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, SHOWN)),
    Rule(
        "admin:curriculum_plan_sessions",
        get=admin(ORGANIZERS, SHOWN, others=DENIED),
        post=admin(ORGANIZERS, SHOWN, others=DENIED),
    ),
    Rule("admin:applicants_desk", get=admin(REVIEWER, SHOWN), post=admin(REVIEWER, SHOWN)),
    Rule(
        "admin:applicants_desk_read",
        ("code",),
        get=admin(REVIEWER, SHOWN),
        post=admin(REVIEWER, MOVED),
        data=_revision,
    ),
    Rule("admin:applicants_desk_recuse", ("code",), get=ADMIN_NEVER, post=admin(REVIEWER, MOVED)),
    # One round leads to it; none is an empty list.
    Rule(
        "admin:applicants_pipelines",
        get={**admin(ORGANIZER, MOVED), V.AWAY_ORGANIZER: SHOWN},
        post={**admin(ORGANIZER, MOVED), V.AWAY_ORGANIZER: SHOWN},
    ),
    Rule("admin:applicants_pipeline", ("round",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, SHOWN)),
    Rule("admin:applicants_preview", ("round",), get=ADMIN_NEVER, post=admin(ORGANIZER, MOVED)),
    Rule("admin:applicants_commit", ("round",), get=ADMIN_NEVER, post=admin(ORGANIZER, MOVED)),
    # Without the number of a decision even the organizer finds nothing to take back.
    Rule("admin:applicants_retract", ("round",), get=ADMIN_NEVER, post=admin(STAFF, HIDDEN)),
    Rule("admin:applicants_letters", ("round",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, MOVED)),
    Rule("admin:applicants_retract", ("round",), get=ADMIN_NEVER, post=admin(ORGANIZER, MOVED), data=_decision),
    Rule("admin:applicants_readings", ("round",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, MOVED)),
    Rule("admin:applicants_appoint", ("round",), get=ADMIN_NEVER, post=admin(ORGANIZER, MOVED)),
    Rule("admin:applicants_answers", ("code",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, SHOWN)),
    Rule("admin:applicants_file", ("code", "question"), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, SHOWN)),
]

RULES = [*SITE, *APPLYING, *LEARNING, *MASTERY, *RESEARCH, *ADMIN]


@dataclass(frozen=True, slots=True)
class Listed:
    """What organizers may do with the rows of a model in the admin's stock pages; nobody else finds them."""

    is_shared: bool = False  # between all cohorts; else organizers find the rows of their own
    may_add: bool = False


COHORTS_OWN, SHARED = Listed(), Listed(is_shared=True)
MODELS: Mapping[str, Listed] = {
    "applicants.Application": COHORTS_OWN,
    "applicants.ConflictOfInterest": COHORTS_OWN,
    "applicants.Decision": COHORTS_OWN,
    "applicants.FormVersion": COHORTS_OWN,
    "applicants.Identity": COHORTS_OWN,
    "applicants.Offer": COHORTS_OWN,
    "applicants.Reviewer": COHORTS_OWN,
    "applicants.Round": Listed(may_add=True),
    "curriculum.Extension": Listed(may_add=True),
    "curriculum.ModuleVersion": SHARED,
    "curriculum.Session": COHORTS_OWN,
    "mastery.Attempt": COHORTS_OWN,
    "mastery.CheckVersion": SHARED,
    "mastery.CorrectiveAssignment": COHORTS_OWN,
    "mastery.GradeEvent": COHORTS_OWN,
    "mastery.GradingJob": COHORTS_OWN,
    "mastery.ObjectiveMastery": COHORTS_OWN,
    "mastery.Override": Listed(may_add=True),
    "mastery.SandboxReport": SHARED,
    "outbox.Letter": COHORTS_OWN,
    "outbox.LetterTemplate": SHARED,
    "outbox.Channel": Listed(may_add=True),
    "people.Cohort": Listed(may_add=True),
    "people.ContactNote": Listed(may_add=True),
    "people.Membership": COHORTS_OWN,
    "people.PolicyVersion": SHARED,
    "people.Signature": COHORTS_OWN,
    "people.User": COHORTS_OWN,
    "programme.Invitation": Listed(may_add=True),
    "sprints.Category": SHARED,
    "sprints.Claim": COHORTS_OWN,
    "sprints.ClaimRule": Listed(may_add=True),
    "sprints.Problem": SHARED,
    "sprints.ProblemSource": SHARED,
}


def stock_pages(listed: Listed) -> dict[str, Row]:
    """Return who gets what at the admin's own pages of a model, for a row of the home cohort."""
    one = admin(ORGANIZERS, SHOWN, others=DENIED)
    # To whom a row does not exist, Django says so on the admin's first page.
    own = one if listed.is_shared else {**one, V.AWAY_ORGANIZER: MOVED}
    return {
        "changelist": one,
        "add": one if listed.may_add else admin(STAFF, DENIED),
        "change": own,
        "delete": admin(STAFF, DENIED),
        "history": own,
    }
