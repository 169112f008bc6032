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
    KEPT = "204"
    MOVED = "302, to another page"
    SIGN_IN = "302, to sign in"
    INVALID = "400, the form says why"
    DENIED = "403"
    HIDDEN = "404"
    NO_METHOD = "405"
    UNFINISHED = "422, the form says why"


SHOWN, KEPT = Answer.SHOWN, Answer.KEPT
MOVED, SIGN_IN, INVALID = Answer.MOVED, Answer.SIGN_IN, Answer.INVALID
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
WORKERS = {V.PARTICIPANT, V.MENTOR, V.ORGANIZER}  # on the participant's excursion, or its guides
STUDENTS = {V.PARTICIPANT, V.PEER}
EXAMINERS = {V.MENTOR, V.OTHER_MENTOR, V.ORGANIZER}  # of anybody in the cohort, unless there is a conflict
HELPERS = {V.MENTOR, V.OTHER_MENTOR, V.ORGANIZER, V.ADVISER}
TEACH_HERE = {V.MENTOR, V.OTHER_MENTOR, V.ORGANIZER}
STAFF = {V.REVIEWER, V.ORGANIZER, V.AWAY_ORGANIZER}  # whom the admin lets in
ORGANIZERS = {V.ORGANIZER, V.AWAY_ORGANIZER}
OVERLOOKERS = {V.ORGANIZER, V.ADVISER}


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


def _excursion(world: World) -> Mapping[str, str]:
    return {"excursion": world.places["excursion"]}


def _column(world: World) -> Mapping[str, str]:
    return {"column": world.places["column"]}


def _revision(world: World) -> Mapping[str, str]:
    return {"revision": world.places["revision"]}


def _redaction(_world: World) -> Mapping[str, str]:
    return {"question": "why", "text": "Because.", "save": "1"}


def _decision(world: World) -> Mapping[str, str]:
    return {"decision": world.places["decision"]}


def _held(_world: World) -> Mapping[str, str]:
    return {"state": "held"}


def _as_applicant(world: World) -> Mapping[str, str]:
    return {"kind": "applicant", "key": world.places["code"]}


SITE = [
    Rule("web:home", get=signed_in(SHOWN)),
    Rule("web:healthz", get=everybody(SHOWN)),
    Rule("web:readyz", get=everybody(SHOWN)),
    # Programs with the token alone get figures; security.txt is there where a contact is set.
    Rule("operation:metrics", get=everybody(HIDDEN)),
    Rule("operation:security_txt", get=everybody(HIDDEN)),
    Rule("operation:status", get=only(ORGANIZERS, SHOWN)),
    Rule("web:letters", get=signed_in(SHOWN), post=signed_in(MOVED)),
    # Only organizers look as somebody else, and only as people of theirs.
    Rule("web:see_as_start", post=only(set(), HIDDEN)),
    Rule("web:see_as_start", post=only({V.ORGANIZER}, MOVED), data=_as_applicant),
    Rule("web:see_as_stop", post=signed_in(MOVED)),
    Rule("web:calendar_settings", get=signed_in(SHOWN)),
    Rule("web:calendar_renew", post=signed_in(MOVED)),
    # The address is the key: a calendar program has no other.
    Rule("web:calendar", ("feed",), get=everybody(SHOWN)),
    Rule("people:policies", get=signed_in(SHOWN)),
    Rule("people:policy", ("policy",), get=signed_in(SHOWN), post=signed_in(MOVED)),
    Rule("people:profile", get=signed_in(SHOWN), post=signed_in(SHOWN)),
    Rule("people:notes", get=signed_in(SHOWN)),
    Rule("people:teams", get=only(TEACHERS, MOVED)),
    Rule("people:team", ("cohort",), get=only(TEACH_HERE, SHOWN)),
    Rule("people:board", ("cohort",), get=only(TEACH_HERE, SHOWN)),
    Rule("people:mentors", ("cohort",), get=only({V.ORGANIZER}, SHOWN)),
    Rule("people:breaches", ("cohort",), get=only({V.ORGANIZER}, SHOWN), post=only({V.ORGANIZER}, UNFINISHED)),
    Rule("people:decide_breach", ("cohort", "breach"), post=only({V.ORGANIZER}, UNFINISHED)),
    Rule("people:take_back_breach", ("cohort", "breach"), post=only({V.ORGANIZER}, UNFINISHED)),
    Rule("people:person", ("cohort", "membership"), get=only({V.MENTOR, V.ORGANIZER}, SHOWN)),
    Rule(
        "people:note",
        ("cohort", "membership"),
        get=only({V.MENTOR, V.ORGANIZER}, MOVED),
        post=only({V.MENTOR, V.ORGANIZER}, UNFINISHED),
    ),
    Rule("people:contacted", ("cohort", "membership"), post=only({V.MENTOR, V.ORGANIZER}, MOVED)),
    # The mentor is told in words that the organizer wrote it.
    Rule("people:note_undo", ("cohort", "membership", "noted"), post=only({V.MENTOR, V.ORGANIZER}, MOVED)),
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
    Rule("applicants:work_test", ("tested_token",), get=everybody(SHOWN), post=everybody(SHOWN)),
    Rule("applicants:work_test", ("token",), get=everybody(HIDDEN), post=everybody(HIDDEN), case="while read"),
    Rule("applicants:interview", ("booked_token",), get=everybody(SHOWN), post=everybody(HIDDEN)),
    Rule("applicants:interview", ("token",), get=everybody(HIDDEN), post=everybody(HIDDEN), case="while read"),
    Rule("applicants:interview_file", ("booked_token",), get=everybody(SHOWN)),
]

LEARNING = [
    Rule("curriculum:own_weeks", get=only(MEMBERS - {V.REVIEWER}, MOVED)),
    Rule("curriculum:preview", ("version", "module"), get=only(ORGANIZERS, SHOWN)),
    Rule("curriculum:weeks", ("cohort",), get=only(READERS, SHOWN)),
    Rule("curriculum:module", ("cohort", "module"), get=only(READERS, SHOWN)),
    # The other cohort follows the same version of the pack.
    Rule("curriculum:figure", ("digest", "figure"), get=only(MEMBERS - {V.REVIEWER}, SHOWN)),
    Rule(
        "curriculum:attendance",
        ("cohort", "module"),
        get=only({V.MENTOR, V.OTHER_MENTOR, V.ORGANIZER}, SHOWN),
        post=only({V.MENTOR, V.OTHER_MENTOR, V.ORGANIZER}, MOVED),
    ),
    Rule("curriculum:code", ("cohort", "module"), get=only({V.MENTOR, V.OTHER_MENTOR, V.ORGANIZER}, SHOWN)),
    Rule(
        "curriculum:check_in",
        ("cohort", "module"),
        get=only({V.PARTICIPANT, V.PEER}, SHOWN),
        post=only({V.PARTICIPANT, V.PEER}, SHOWN),
    ),
    Rule(
        "curriculum:more_time",
        ("cohort", "membership"),
        get=only({V.MENTOR, V.ORGANIZER}, SHOWN),
        post=only({V.MENTOR, V.ORGANIZER}, UNFINISHED),
    ),
    # Staff is told in words that only participants tick.
    Rule("curriculum:offline", ("cohort", "module"), get=only(READERS, SHOWN)),
    Rule("curriculum:pace", ("cohort",), get=only(STUDENTS, SHOWN), post=only(STUDENTS, MOVED)),
    Rule("curriculum:confidence", ("cohort",), get=only(STUDENTS, SHOWN), post=only(STUDENTS, MOVED)),
    Rule("curriculum:pace_people", ("cohort",), get=only(HELPERS, SHOWN)),
    Rule("curriculum:pace_person", ("cohort", "membership"), get=only({V.MENTOR, V.ORGANIZER, V.ADVISER}, SHOWN)),
    Rule("curriculum:confidence_cohort", ("cohort",), get=only({V.ORGANIZER, V.ADVISER}, SHOWN)),
    Rule("curriculum:questions", ("cohort",), get=only(HELPERS, SHOWN)),
    # The adviser reads questions and is told in words that mentors and organizers answer.
    Rule("curriculum:answer", ("cohort", "asked"), post=only({V.MENTOR, V.ORGANIZER, V.ADVISER}, MOVED)),
    # Staff is told in words that only participants ask.
    Rule("curriculum:ask", ("cohort", "module"), post=only(READERS, MOVED)),
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
    # The own gate is explained on the page of the check; the other mentor's people are not one's own.
    Rule(
        "mastery:gate",
        ("membership", "module"),
        get=only({V.MENTOR, V.ORGANIZER, V.ADVISER}, SHOWN),
        post=only({V.MENTOR, V.ORGANIZER}, UNFINISHED),
    ),
    Rule("mastery:regrades", ("cohort",), get=only({V.ORGANIZER}, SHOWN), post=only({V.ORGANIZER}, UNFINISHED)),
    Rule("mastery:regrade", ("cohort", "regrade"), get=only({V.ORGANIZER}, SHOWN)),
    Rule("mastery:regrade_apply", ("cohort", "regrade"), post=only({V.ORGANIZER}, MOVED)),
    Rule("mastery:regrade_withdraw", ("cohort", "regrade"), post=only({V.ORGANIZER}, MOVED)),
    Rule("mastery:desk", get=only(TEACHERS, SHOWN)),
    Rule("mastery:gradebook", ("cohort",), get=only(TEACH_HERE, SHOWN)),
    Rule("mastery:gradebook_file", ("cohort", "export_kind"), get=only(TEACH_HERE, SHOWN)),
    Rule("mastery:similar", ("cohort",), get=only(TEACH_HERE, SHOWN)),
    Rule("mastery:items", ("cohort",), get=only({V.ORGANIZER}, SHOWN)),
    Rule("mastery:check_items", ("cohort", "check"), get=only({V.ORGANIZER}, SHOWN)),
    Rule("mastery:faults", ("cohort",), get=only({V.ORGANIZER}, SHOWN)),
    Rule(
        "mastery:readiness",
        ("cohort", "module"),
        get=only({V.MENTOR, V.OTHER_MENTOR, V.ORGANIZER, V.ADVISER}, SHOWN),
    ),
    Rule(
        "mastery:mark",
        ("unmarked", "written"),
        get=only({V.MENTOR, V.ORGANIZER}, SHOWN),
        post=only({V.MENTOR, V.ORGANIZER}, UNFINISHED),
    ),
    Rule("mastery:mark_draft", ("unmarked", "written"), post=only({V.MENTOR, V.ORGANIZER}, MOVED)),
    Rule("mastery:conflict", ("unmarked", "written"), post=only({V.MENTOR, V.ORGANIZER}, MOVED)),
    # A mark is corrected by whoever gave it.
    Rule(
        "mastery:correct_mark",
        ("marked", "essay"),
        get=only({V.MENTOR}, SHOWN),
        post=only({V.MENTOR}, UNFINISHED),
    ),
    Rule("mastery:given", get=only(TEACHERS, SHOWN)),
    Rule("mastery:comments", get=only(TEACHERS, SHOWN), post=only(TEACHERS, UNFINISHED)),
    Rule("mastery:comment", ("comment",), get=only({V.MENTOR}, SHOWN), post=only({V.MENTOR}, UNFINISHED)),
    # A second mark is given by the one who was drawn, and settled by a third person.
    Rule(
        "mastery:second_mark",
        ("second",),
        get=only({V.OTHER_MENTOR}, SHOWN),
        post=only({V.OTHER_MENTOR}, UNFINISHED),
    ),
    Rule("mastery:decline_second", ("second",), post=only({V.OTHER_MENTOR}, MOVED)),
    Rule("mastery:second_draft", ("second",), post=only({V.OTHER_MENTOR}, MOVED)),
    Rule("mastery:settle", ("differing",), get=only({V.ORGANIZER}, SHOWN), post=only({V.ORGANIZER}, UNFINISHED)),
    Rule("mastery:agreement", ("cohort",), get=only({V.ORGANIZER}, SHOWN), post=only({V.ORGANIZER}, UNFINISHED)),
    Rule("mastery:lift_conflict", ("cohort", "marking_conflict"), post=only({V.ORGANIZER}, MOVED)),
    Rule("mastery:open_dispute", ("marked", "essay"), get=only(OWN, SHOWN), post=only(OWN, UNFINISHED)),
    Rule("mastery:dispute", ("dispute",), get=only({V.PARTICIPANT, V.MENTOR, V.ORGANIZER}, SHOWN)),
    Rule("mastery:answer_dispute", ("dispute",), post=only({V.MENTOR}, UNFINISHED)),
    Rule("mastery:decide_dispute", ("dispute",), post=only({V.ORGANIZER}, UNFINISHED)),
]

MASTERY += [
    # Not handed in yet, or past and closed: the refusal is in words.
    Rule("mastery:book_talk", ("handed_in",), get=only(OWN, HIDDEN), post=only(OWN, HIDDEN), case="without a talk"),
    Rule("mastery:book_talk", ("talked",), get=only(OWN, SHOWN), post=only(OWN, MOVED)),
    Rule("mastery:talk_times", get=only(TEACHERS, SHOWN), post=only(TEACHERS, UNFINISHED)),
    Rule("mastery:take_back_time", ("oral_slot",), post=only({V.MENTOR}, MOVED)),
    # The other mentor may join; an adviser reads no talk.
    Rule("mastery:talk", ("talk",), get=only(OWN | EXAMINERS, SHOWN)),
    Rule("mastery:join_talk", ("talk",), post=only(EXAMINERS, MOVED)),
    Rule("mastery:leave_talk", ("talk",), post=only(EXAMINERS, MOVED)),
    # Who does not hold or join it is refused in words; before its time everybody is.
    Rule("mastery:begin_talk", ("talk",), post=only(EXAMINERS, MOVED)),
    Rule("mastery:talk_notes", ("talk",), post=only(EXAMINERS, MOVED)),
    Rule("mastery:talk_outcome", ("talk",), post=only(EXAMINERS, MOVED)),
    Rule("mastery:talk_missed", ("talk",), post=only(EXAMINERS, MOVED)),
    Rule("mastery:cancel_talk", ("talk",), post=only(OWN, MOVED)),
    Rule("mastery:reviews", get=only(PARTICIPANTS, SHOWN)),
    Rule("mastery:reviews_switch", post=only(PARTICIPANTS, MOVED)),
    Rule("mastery:review", ("recall",), post=only(OWN, HIDDEN)),
    Rule(
        "mastery:review",
        ("recall",),
        post=only(OWN, MOVED),
        data=lambda _world: {"number": "7"},
        case="an old page",
    ),
    Rule("mastery:review_answer", ("review_answer",), get=only(OWN, SHOWN), post=only(OWN, MOVED)),
    Rule("mastery:review_practice", ("recall",), get=only(OWN, SHOWN), post=only(OWN, MOVED)),
]

RESEARCH = [
    Rule("sprints:research", get=only(MEMBERS, SHOWN)),
    Rule("sprints:bank", get=only(MEMBERS, SHOWN)),
    Rule("sprints:problem", ("problem",), get=only(MEMBERS, SHOWN)),
    Rule("sprints:for_you", get=only(MEMBERS, SHOWN), post=only(MEMBERS, MOVED)),
    Rule("sprints:add", get=only(RESEARCHERS, SHOWN), post=only(RESEARCHERS, INVALID)),
    Rule("sprints:add_work", ("problem",), post=only(RESEARCHERS, INVALID)),
    Rule("sprints:remove_work", ("work",), post=only(OWN | ORGANIZERS, MOVED)),
    Rule("sprints:needs", ("problem",), get=only(TEACHERS, SHOWN), post=only(TEACHERS, MOVED)),
    # Reviewers and advisers read only; the other cohort has not started.
    Rule(
        "sprints:claim", ("problem",), post={**only(MEMBERS, INVALID), **dict.fromkeys(RESEARCHERS, MOVED)}, data=_until
    ),
    # What is claimed is public; whose claim it is, only a cohort knows.
    Rule("sprints:claims", get=everybody(SHOWN)),
    # An organizer of another cohort has a page of sprints as well, with those of that cohort.
    Rule(
        "sprints:sprints",
        get=only(MEMBERS - {V.REVIEWER}, SHOWN),
        post=only(TEACHERS, INVALID),
    ),
    Rule("sprints:board", ("sprint",), get=only(READERS, SHOWN)),
    Rule("sprints:change_sprint", ("sprint",), get=only(HOME & TEACHERS, SHOWN), post=only(HOME & TEACHERS, INVALID)),
    Rule("sprints:put", ("sprint",), post=only(set(), HIDDEN)),
    Rule("sprints:put", ("sprint",), post=only(WORKERS, MOVED), data=_excursion, case="with an excursion"),
    Rule("sprints:move", ("card",), post=only(set(), HIDDEN)),
    Rule("sprints:move", ("card",), post=only(WORKERS, MOVED), data=_column, case="with a column"),
    Rule("sprints:hackathons", get=only(MEMBERS, SHOWN), post=only(ORGANIZERS, INVALID)),
    Rule("sprints:hackathon", ("hackathon",), get=only(HOME, SHOWN)),
    Rule("sprints:change_hackathon", ("hackathon",), get=only({V.ORGANIZER}, SHOWN), post=only({V.ORGANIZER}, INVALID)),
    Rule("sprints:register", ("hackathon",), post=only(HOME, INVALID)),
    Rule("sprints:appoint", ("hackathon",), post=only({V.ORGANIZER}, INVALID)),
    # Without an entry in the address the choice is taken back.
    Rule("sprints:choose", ("hackathon",), post=only({V.ORGANIZER}, MOVED)),
    Rule("sprints:hand_out", ("hackathon",), post=only({V.ORGANIZER}, MOVED)),
    Rule("sprints:release_results", ("hackathon",), post=only({V.ORGANIZER}, MOVED)),
    Rule("sprints:results", ("hackathon",), get=only(set(), HIDDEN), case="before they are out"),
    Rule("sprints:results", ("released",), get=only(HOME, SHOWN), case="once they are out"),
    Rule("sprints:dismiss", ("judge",), post=only({V.ORGANIZER}, MOVED)),
    Rule("sprints:rate", ("rating",), get=only({V.OTHER_MENTOR}, SHOWN), post=only({V.OTHER_MENTOR}, INVALID)),
    Rule("sprints:recuse", ("rating",), post=only({V.OTHER_MENTOR}, MOVED)),
    Rule("sprints:entry", ("entry",), get=only({V.PARTICIPANT, V.ORGANIZER, V.OTHER_MENTOR}, SHOWN)),
    Rule("sprints:artefact", ("artefact",), get=only({V.PARTICIPANT, V.ORGANIZER, V.OTHER_MENTOR}, SHOWN)),
    Rule("sprints:save_draft", ("entry",), post=only(OWN, INVALID)),
    Rule("sprints:attach", ("entry",), post=only(OWN, INVALID)),
    Rule("sprints:place", ("entry",), post=only(OWN | {V.ORGANIZER}, INVALID)),
    Rule("sprints:withdraw", ("entry",), post=only(OWN, MOVED)),
    Rule("sprints:teams", get=only(RESEARCHERS, SHOWN), post=only(RESEARCHERS, INVALID)),
    Rule("sprints:join", ("team",), post=only(RESEARCHERS, MOVED)),
    Rule("sprints:leave", ("team",), post=only(RESEARCHERS, MOVED)),
    Rule("sprints:renew", ("claim",), post=only(OWN, INVALID)),
    Rule("sprints:release", ("claim",), post=only(OWN | {V.ORGANIZER}, MOVED)),
    Rule("sprints:finish", ("claim",), post=only(OWN, MOVED)),
    Rule("sprints:open_excursion", ("claim",), get=only(OWN, SHOWN), post=only(OWN, INVALID)),
    Rule("sprints:excursion", ("excursion",), get=only({V.PARTICIPANT, V.MENTOR, V.ORGANIZER}, SHOWN), case="private"),
    Rule("sprints:excursion", ("secret",), get=only({V.PARTICIPANT, V.ORGANIZER}, SHOWN), case="secret"),
    Rule("sprints:write", ("excursion",), post=only(OWN, INVALID)),
    Rule("sprints:extend", ("excursion",), post=only(OWN, INVALID)),
    Rule("sprints:split", ("excursion",), post=only(OWN, INVALID)),
    Rule("sprints:check_in", ("excursion",), post=only({V.MENTOR, V.ORGANIZER}, INVALID)),
    Rule("sprints:check_in", ("secret",), post=only({V.ORGANIZER}, INVALID), case="secret"),
    Rule("sprints:figure", ("log_figure",), get=only({V.PARTICIPANT, V.MENTOR, V.ORGANIZER}, SHOWN)),
    Rule("sprints:figure", ("secret_figure",), get=only({V.PARTICIPANT, V.ORGANIZER}, SHOWN), case="secret"),
    Rule("sprints:judge", ("excursion",), post=only(OWN, INVALID)),
]

ORGANIZER = {V.ORGANIZER}
REVIEWER = {V.REVIEWER}
# Of the participant's private write-up. Whoever is no author cannot write, whoever may read can remark and ask.
OF_WRITEUP = ("writeup",)
PUBLISHING = [
    Rule("publishing:writeups", get=only(MEMBERS, SHOWN), post=only(MEMBERS, INVALID)),
    Rule("publishing:rename", post=only(MEMBERS, MOVED)),
    Rule("publishing:writeup", OF_WRITEUP, get=only(WORKERS, SHOWN), case="private"),
    Rule("publishing:writeup", ("secret_writeup",), get=only(OWN, SHOWN), case="secret"),
    Rule("publishing:edit", OF_WRITEUP, get=only(OWN, SHOWN), post=only(OWN, INVALID)),
    Rule("publishing:preview", OF_WRITEUP, post=only(OWN, SHOWN)),
    Rule("publishing:import", OF_WRITEUP, post=only(OWN, INVALID)),
    Rule("publishing:facts", OF_WRITEUP, post=only(OWN, INVALID)),
    Rule("publishing:authors", OF_WRITEUP, post=only(OWN, INVALID)),
    Rule("publishing:leave", OF_WRITEUP, post=only(OWN, MOVED)),
    Rule("publishing:consent", OF_WRITEUP, post=only(OWN, MOVED)),
    Rule("publishing:attach", OF_WRITEUP, post=only(OWN, INVALID)),
    Rule("publishing:describe_figure", ("writeup_figure",), post=only(OWN, MOVED)),
    Rule("publishing:figure", ("writeup", "figure_name"), get=only(WORKERS, SHOWN), case="private"),
    Rule("publishing:figure", ("secret_writeup", "figure_name"), get=only(OWN, SHOWN), case="secret"),
    Rule("publishing:figure_in_edit", ("writeup", "figure_name"), get=only(WORKERS, SHOWN)),
    Rule("publishing:revision", ("writeup", "wording"), get=only(WORKERS, SHOWN)),
    Rule("publishing:figure_in_revision", ("writeup", "wording", "figure_name"), get=only(WORKERS, SHOWN)),
    Rule("publishing:changes", OF_WRITEUP, get=only(WORKERS, SHOWN)),
    Rule("publishing:remark", OF_WRITEUP, post=only(WORKERS, INVALID)),
    Rule("publishing:review", OF_WRITEUP, post=only(WORKERS, INVALID)),
    Rule("publishing:settle", ("remark",), post=only(WORKERS, MOVED)),
    Rule("publishing:ask", OF_WRITEUP, post=only(WORKERS, INVALID)),
    Rule("publishing:call_off", ("endorsement",), post=only(WORKERS, MOVED)),
    Rule("publishing:publish", OF_WRITEUP, post=only(WORKERS, MOVED)),
    Rule("publishing:correct", OF_WRITEUP, post=only(WORKERS, INVALID)),
    Rule("publishing:retract", OF_WRITEUP, post=only(WORKERS, INVALID)),
    Rule(
        "publishing:level",
        ("of_writeup", "writeup"),
        get=only(WORKERS, SHOWN),
        post=only(WORKERS, INVALID),
        case="private",
    ),
    Rule(
        "publishing:level",
        ("of_writeup", "secret_writeup"),
        get=only(OWN, SHOWN),
        post=only(OWN, INVALID),
        case="secret",
    ),
    Rule(
        "publishing:level",
        ("of_excursion", "secret"),
        get=only({V.PARTICIPANT, V.ORGANIZER}, SHOWN),
        post=only({V.PARTICIPANT, V.ORGANIZER}, INVALID),
        case="excursion",
    ),
    Rule("publishing:name", ("of_writeup", "writeup"), post=only(WORKERS, INVALID)),
    Rule("publishing:strike", ("of_writeup", "writeup"), post=only(set(), HIDDEN)),
    Rule("publishing:vote", ("level_change",), post=only(set(), HIDDEN)),
    Rule("publishing:ask_readers", ("level_change",), post=only(WORKERS, INVALID)),
    Rule("publishing:withdraw_change", ("level_change",), post=only(WORKERS, MOVED)),
    # The address is the key: an endorser and a trusted reader have no account.
    Rule("publishing:endorse", ("endorse_token",), get=everybody(SHOWN), post=everybody(INVALID)),
    Rule("publishing:endorse_figure", ("endorse_token", "figure_name"), get=everybody(SHOWN)),
    Rule("publishing:read", ("read_token",), get=everybody(SHOWN), post=everybody(INVALID)),
    Rule("publishing:read_figure", ("read_token", "figure_name"), get=everybody(SHOWN)),
    Rule("publishing:posts", get=everybody(SHOWN)),
    Rule("publishing:feed", get=everybody(SHOWN)),
    Rule("publishing:sitemap", get=everybody(SHOWN)),
    Rule("publishing:author", ("byline",), get=everybody(SHOWN)),
    Rule("publishing:post", ("post",), get=everybody(SHOWN)),
    Rule("publishing:cite", ("post",), get=everybody(SHOWN)),
    Rule("publishing:post_figure", ("post", "figure_name"), get=everybody(SHOWN)),
]

PACKS = [
    Rule(
        "admin:sprints_import",
        get=admin(ORGANIZERS, SHOWN, others=DENIED),
        post=admin(ORGANIZERS, INVALID, others=DENIED),
    ),
    Rule(
        "admin:packs_upload",
        get=admin(ORGANIZERS, SHOWN, others=DENIED),
        post=admin(ORGANIZERS, SHOWN, others=DENIED),
    ),
    Rule(
        "admin:packs_version",
        ("version",),
        get=admin(ORGANIZERS, SHOWN, others=DENIED),
        post=admin(ORGANIZERS, SHOWN, others=DENIED),
    ),
    Rule("admin:packs_live", ("version",), get=ADMIN_NEVER, post=admin(ORGANIZERS, MOVED, others=DENIED)),
    Rule(
        "admin:packs_file",
        ("version",),
        get=admin(ORGANIZERS, SHOWN, others=DENIED),
        post=admin(ORGANIZERS, SHOWN, others=DENIED),
    ),
    # To another organizer the cohort does not exist.
    Rule(
        "admin:packs_move",
        ("version", "cohort"),
        get={**admin(ORGANIZER, SHOWN), V.REVIEWER: DENIED},
        post={**admin(ORGANIZER, SHOWN), V.REVIEWER: DENIED},
    ),
]
ADMIN = [
    Rule(
        "admin:outbox_mailbox",
        get=admin(ORGANIZERS, SHOWN, others=DENIED),
        post=admin(ORGANIZERS, SHOWN, others=DENIED),
    ),
    Rule(
        "admin:programme_person",
        get=admin(ORGANIZERS, SHOWN, others=DENIED),
        post=admin(ORGANIZERS, SHOWN, others=DENIED),
    ),
    Rule("admin:people_membership_step", ("membership",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, SHOWN)),
    Rule(
        "admin:curriculum_plan_sessions",
        get=admin(ORGANIZERS, SHOWN, others=DENIED),
        post=admin(ORGANIZERS, SHOWN, others=DENIED),
    ),
    Rule("admin:curriculum_session_move", ("session",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, SHOWN)),
    Rule("admin:curriculum_run", ("cohort",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, SHOWN)),
    Rule("admin:curriculum_due_times", ("cohort",), get=admin(ORGANIZER, SHOWN), post=ADMIN_NEVER),
    Rule("admin:curriculum_lead", ("cohort",), get=ADMIN_NEVER, post=admin(ORGANIZER, MOVED)),
    Rule("admin:applicants_desk", get=admin(REVIEWER, SHOWN), post=admin(REVIEWER, SHOWN)),
    Rule(
        "admin:applicants_desk_read",
        ("code",),
        get=admin(REVIEWER, SHOWN),
        post=admin(REVIEWER, MOVED),
        data=_revision,
    ),
    Rule("admin:applicants_desk_known", get=admin(REVIEWER, SHOWN), post=admin(REVIEWER, MOVED)),
    Rule("admin:applicants_desk_draft", ("code",), get=ADMIN_NEVER, post=admin(REVIEWER, KEPT), data=_revision),
    Rule("admin:applicants_desk_recuse", ("code",), get=ADMIN_NEVER, post=admin(REVIEWER, MOVED)),
    Rule("admin:applicants_desk_hand_back", ("code",), get=ADMIN_NEVER, post=admin(REVIEWER, MOVED)),
    Rule("admin:applicants_desk_own", ("round", "stage"), get=admin(REVIEWER, SHOWN), post=ADMIN_NEVER),
    Rule("admin:applicants_desk_work", ("tested",), get=admin(REVIEWER, SHOWN), post=ADMIN_NEVER),
    Rule("admin:applicants_interviews", get=admin(REVIEWER, SHOWN), post=admin(REVIEWER, SHOWN)),
    Rule("admin:applicants_interview_take_back", ("slot",), get=ADMIN_NEVER, post=admin(REVIEWER, MOVED)),
    # Without a word on how it went there is nothing to record.
    Rule("admin:applicants_interview_record", ("booking",), get=ADMIN_NEVER, post=admin(STAFF, HIDDEN)),
    Rule("admin:applicants_interview_record", ("booking",), get=ADMIN_NEVER, post=admin(REVIEWER, MOVED), data=_held),
    Rule("admin:applicants_redactions", ("round",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, SHOWN)),
    Rule(
        "admin:applicants_redaction",
        ("round", "code"),
        get=admin(ORGANIZER, SHOWN),
        post=admin(ORGANIZER, MOVED),
        data=_redaction,
    ),
    Rule("admin:applicants_conflicts", ("round",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, MOVED)),
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
    Rule("admin:applicants_board", ("round",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, SHOWN)),
    Rule("admin:applicants_board_file", ("round",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, SHOWN)),
    Rule("admin:applicants_disagreements", ("round",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, MOVED)),
    Rule("admin:applicants_scales", ("round",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, SHOWN)),
    Rule("admin:applicants_sheet", ("round", "code"), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, MOVED)),
    Rule("admin:applicants_work_tests", ("round",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, SHOWN)),
    Rule("admin:applicants_work_test_prolong", ("round", "test"), get=ADMIN_NEVER, post=admin(ORGANIZER, MOVED)),
    Rule(
        "admin:applicants_work_file",
        ("round", "hand_in"),
        get=admin(ORGANIZER, SHOWN),
        post=admin(ORGANIZER, SHOWN),
    ),
    Rule("admin:applicants_waitlist", ("round",), get=admin(ORGANIZER, SHOWN), post=ADMIN_NEVER),
    Rule("admin:applicants_waitlist_put", ("round",), get=ADMIN_NEVER, post=admin(STAFF, HIDDEN)),
    Rule("admin:applicants_waitlist_put", ("round",), get=ADMIN_NEVER, post=admin(ORGANIZER, MOVED), data=_decision),
    Rule("admin:applicants_waitlist_propose", ("round",), get=ADMIN_NEVER, post=admin(ORGANIZER, MOVED)),
    Rule("admin:applicants_offer_prolong", ("round", "offer"), get=ADMIN_NEVER, post=admin(ORGANIZER, MOVED)),
    Rule("admin:applicants_letters_sent", ("round",), get=admin(ORGANIZER, SHOWN), post=ADMIN_NEVER),
    Rule("admin:applicants_dossier", ("code",), get=admin(ORGANIZER, SHOWN), post=ADMIN_NEVER),
    Rule("admin:applicants_round_interviews", ("round",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, MOVED)),
    Rule("admin:applicants_interview_again", ("round", "booking"), get=ADMIN_NEVER, post=admin(ORGANIZER, MOVED)),
    Rule("admin:applicants_readings", ("round",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, MOVED)),
    # Without the number of a batch or of a reviewer even the organizer finds nothing to change.
    Rule("admin:applicants_readings_undo", ("round",), get=ADMIN_NEVER, post=admin(STAFF, HIDDEN)),
    Rule("admin:applicants_readings_loads", ("round",), get=ADMIN_NEVER, post=admin(ORGANIZER, MOVED)),
    Rule("admin:applicants_readings_routing", ("round",), get=ADMIN_NEVER, post=admin(ORGANIZER, MOVED)),
    Rule("admin:applicants_dismiss", ("round",), get=ADMIN_NEVER, post=admin(STAFF, HIDDEN)),
    Rule("admin:applicants_sources", ("round",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, SHOWN)),
    Rule("admin:applicants_import", ("round",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, SHOWN)),
    Rule(
        "admin:applicants_import_map",
        ("round", "import_file"),
        get=admin(ORGANIZER, SHOWN),
        post=admin(ORGANIZER, SHOWN),
    ),
    Rule("admin:applicants_export", ("round",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, SHOWN)),
    Rule(
        "admin:applicants_export_download",
        ("round", "export_kind"),
        get=admin(ORGANIZER, SHOWN),
        post=admin(ORGANIZER, SHOWN),
    ),
    Rule("admin:applicants_form", ("round",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, MOVED)),
    Rule("admin:applicants_form_changes", ("round",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, MOVED)),
    Rule("admin:applicants_form_preview", ("round",), get=admin(ORGANIZER, SHOWN), post=ADMIN_NEVER),
    Rule(
        "admin:applicants_form_new", ("round", "part_kind"), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, SHOWN)
    ),
    Rule(
        "admin:applicants_form_entry",
        ("round", "part_kind", "part"),
        get=admin(ORGANIZER, SHOWN),
        post=admin(ORGANIZER, SHOWN),
    ),
    Rule("admin:applicants_form_dates", ("round", "stage"), get=ADMIN_NEVER, post=admin(ORGANIZER, MOVED)),
    Rule("admin:applicants_form_files", ("round",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, SHOWN)),
    Rule("admin:applicants_form_export", ("round",), get=admin(ORGANIZER, SHOWN), post=ADMIN_NEVER),
    Rule("admin:applicants_appoint", ("round",), get=ADMIN_NEVER, post=admin(ORGANIZER, MOVED)),
    Rule("admin:applicants_answers", ("code",), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, SHOWN)),
    Rule("admin:applicants_file", ("code", "question"), get=admin(ORGANIZER, SHOWN), post=admin(ORGANIZER, SHOWN)),
]

# Numbers about a cohort as a whole: for those who run it and those who advise them.
PROGRAMME = [
    Rule("programme:current", get=only({V.ORGANIZER, V.AWAY_ORGANIZER, V.ADVISER}, MOVED)),
    Rule("programme:milestones", ("cohort",), get=only(OVERLOOKERS, SHOWN)),
    Rule("programme:evidence", ("cohort", "measure"), get=only(OVERLOOKERS, SHOWN)),
    Rule("programme:facts", ("cohort",), get=only(OVERLOOKERS, SHOWN)),
    Rule("programme:progress", ("told_cohort",), get=everybody(SHOWN)),
    Rule("programme:progress", ("cohort",), get=everybody(HIDDEN), case="switched off"),
    Rule("programme:switch_progress", ("cohort",), post=only({V.ORGANIZER}, MOVED)),
    Rule("programme:cohort_report", ("cohort",), get=only(OVERLOOKERS, SHOWN)),
    Rule("programme:cohort_sheet", ("cohort",), get=only(OVERLOOKERS, SHOWN)),
    Rule("programme:funnel", ("cohort",), get=only(OVERLOOKERS, SHOWN)),
    Rule("programme:funnel_sheet", ("cohort",), get=only(OVERLOOKERS, SHOWN)),
    Rule("programme:money", ("cohort",), get=only(OVERLOOKERS, SHOWN)),
    Rule("programme:funder", ("cohort",), get=only(OVERLOOKERS, SHOWN)),
    Rule("programme:funder_pdf", ("cohort",), get=only(OVERLOOKERS, SHOWN)),
    # These name people: readers with what their scores were worth, and what became of whom.
    Rule("programme:selection", ("cohort",), get=only({V.ORGANIZER}, SHOWN)),
    Rule("programme:team_learning", ("cohort",), get=only({V.ORGANIZER}, SHOWN)),
    Rule("programme:outcomes", ("cohort",), get=only({V.ORGANIZER}, SHOWN)),
    Rule(
        "programme:outcome",
        ("cohort", "membership"),
        get=only({V.ORGANIZER}, SHOWN),
        post=only({V.ORGANIZER}, UNFINISHED),
    ),
    Rule("programme:placement_take_back", ("cohort", "membership", "placement"), post=only({V.ORGANIZER}, MOVED)),
    # The participant has a certificate already, and asking twice gives the same one.
    Rule("programme:issue", ("cohort", "membership"), post=only({V.ORGANIZER}, MOVED)),
    # Without a reason nothing is revoked; the organizer is told in words.
    Rule("programme:revoke", ("cohort", "membership"), post=only({V.ORGANIZER}, MOVED)),
    Rule("programme:certificate", ("cohort",), get=only(STUDENTS, SHOWN)),
    # The code and the link are the keys: who has them needs no account.
    Rule("programme:verify", ("certificate",), get=everybody(SHOWN)),
    Rule("programme:follow_up", ("follow_up",), get=everybody(SHOWN), post=everybody(UNFINISHED)),
    Rule("programme:answered", ("follow_up",), get=everybody(SHOWN)),
]

RULES = [*SITE, *PROGRAMME, *APPLYING, *LEARNING, *MASTERY, *RESEARCH, *PUBLISHING, *PACKS, *ADMIN]


@dataclass(frozen=True, slots=True)
class Listed:
    """What organizers may do with the rows of a model in the admin's stock pages; nobody else finds them."""

    is_shared: bool = False  # between all cohorts; else organizers find the rows of their own
    may_add: bool = False


COHORTS_OWN, SHARED = Listed(), Listed(is_shared=True)
MODELS: Mapping[str, Listed] = {
    "web.Look": COHORTS_OWN,
    "applicants.Application": COHORTS_OWN,
    "applicants.Assignment": COHORTS_OWN,
    "applicants.ConflictOfInterest": COHORTS_OWN,
    "applicants.Decision": COHORTS_OWN,
    "applicants.FormVersion": COHORTS_OWN,
    "applicants.Identity": COHORTS_OWN,
    "applicants.Offer": COHORTS_OWN,
    "applicants.Reviewer": COHORTS_OWN,
    "applicants.Round": Listed(may_add=True),
    "curriculum.Extension": Listed(may_add=True),
    "curriculum.ModuleVersion": SHARED,
    "curriculum.PaceRule": Listed(may_add=True),
    "curriculum.Session": COHORTS_OWN,
    "mastery.Attempt": COHORTS_OWN,
    "mastery.CheckVersion": SHARED,
    "mastery.CorrectiveAssignment": COHORTS_OWN,
    "mastery.GradeEvent": COHORTS_OWN,
    "mastery.GradingJob": COHORTS_OWN,
    "mastery.ObjectiveMastery": COHORTS_OWN,
    "mastery.Override": Listed(may_add=True),
    "mastery.Regrade": COHORTS_OWN,
    "mastery.SandboxReport": SHARED,
    "mastery.TimeAllowance": Listed(may_add=True),
    "outbox.Letter": COHORTS_OWN,
    "outbox.LetterTemplate": Listed(may_add=True, is_shared=True),
    "outbox.Channel": Listed(may_add=True),
    "packs.PackVersion": SHARED,
    "people.Cohort": Listed(may_add=True),
    "people.ContactNote": Listed(may_add=True),
    "people.Membership": COHORTS_OWN,
    "people.PersonalLook": COHORTS_OWN,
    "people.PolicyVersion": SHARED,
    "people.Signature": COHORTS_OWN,
    "people.User": COHORTS_OWN,
    "programme.DataRequest": COHORTS_OWN,
    "programme.Grant": Listed(may_add=True),
    "programme.Invitation": Listed(may_add=True),
    "publishing.PublicationRule": Listed(may_add=True),
    "publishing.TrustedReader": Listed(may_add=True),
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
