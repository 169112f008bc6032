import random
import time

import pytest
from django.test import Client
from django.urls import reverse

from mastery import similar_code, similarity
from mastery.models import Answer
from tests.factories.mastery import Course, code, make_course
from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.people.choices import Role
from whitebox.people.models import Membership

STARTER = "def softmax(x):\n    # Write it here.\n    raise NotImplementedError\n"
PLAIN = """def softmax(x):
    shifted = x - x.max(axis=1, keepdims=True)
    raised = np.exp(shifted)
    return raised / raised.sum(axis=1, keepdims=True)
"""
OTHER = """def softmax(x):
    rows = []
    for row in x:
        top = max(row)
        powers = [math.exp(one - top) for one in row]
        whole = sum(powers)
        rows.append([one / whole for one in powers])
    return np.array(rows)
"""
RENAMED = """def softmax(values):
    # My own work, with my own names.
    result = []
    for line in values:
        biggest = max(line)
        e = [math.exp(v - biggest) for v in line]
        total = sum(e)
        result.append([v / total for v in e])
    return np.array(result)
"""


def test_renaming_and_comments_hide_nothing() -> None:
    [pair] = similarity.pairs({1: OTHER, 2: RENAMED, 3: PLAIN}, STARTER)

    assert ({pair.one, pair.other}, pair.share) == ({1, 2}, 1.0)


def test_different_programs_make_no_pair() -> None:
    assert similarity.pairs({1: OTHER, 2: PLAIN}, STARTER) == []


def test_starter_code_is_nobodys_work() -> None:
    long = f"{STARTER}\n\n{PLAIN.replace('softmax', 'given')}"

    assert similarity.pairs({1: long, 2: long}, long) == []
    assert similarity.pairs({1: long, 2: long}, STARTER) != []


def test_what_many_wrote_alike_is_the_obvious_way() -> None:
    programs = dict.fromkeys(range(10), PLAIN)

    assert similarity.pairs(programs) == []


@pytest.mark.parametrize("text", ["", "def (", "\x00", "'''", "x" * 60_000, "é = 1\n" * 20, "\tif x:\n  y"])
def test_what_is_no_program_breaks_nothing(text: str) -> None:
    similarity.fingerprint(text)

    assert similarity.pairs({1: text, 2: OTHER}) == []


def test_a_copied_part_is_always_found() -> None:
    part = "".join(f"    total = total + weights[{n}] * math.sqrt(values[{n}])\n" for n in range(6))
    one, other = (
        f"def f(x):\n    a = 1\n{part}",
        f"def g(y, z):\n    for k in y:\n        print(k)\n{part}    return 3\n",
    )

    assert similarity.fingerprint(one) & similarity.fingerprint(other)


def test_a_thousand_submissions_are_compared_in_linear_time() -> None:
    similarity.fingerprint.cache_clear()

    def seconds(count: int) -> float:
        rng = random.Random(count)
        programs = {number: _program(rng) for number in range(count)}
        started = time.perf_counter()
        similarity.pairs(programs)
        return time.perf_counter() - started

    few, many = min(seconds(250), seconds(251)), seconds(1000)

    assert many < 12 * few  # four times as many: quadratic time would be sixteen
    assert many < 20


def _program(rng: random.Random) -> str:
    lines = [f"    {rng.choice('abc')} = {rng.choice(['min', 'max'])}({rng.choice('xyz')}, {rng.choice('xyz')} + 1)"]
    lines += [f"    if a {rng.choice(['<', '>', '=='])} b:\n        c -= a {rng.choice('+-*/')} x" for _n in range(12)]
    rng.shuffle(lines)
    return "def f(x, y, z):\n" + "\n".join(lines)


@pytest.fixture
def course(db: None) -> Course:
    return make_course({"A": [code("a-code", "first")], "B": [code("b-code", "first")]})


def hand_in(course: Course, member: Membership, text: str) -> None:
    course.participant, before = member, course.participant
    attempt = course.take({"a-code": text})
    course.participant = before
    Answer.objects.filter(attempt=attempt).update(value=text)


def listed(client: Client, course: Course) -> str:
    return client.get(reverse("mastery:similar", args=[course.participant.cohort.slug])).content.decode()


def test_a_mentor_sees_the_code_of_the_own_people_only(client: Client, course: Course) -> None:
    cohort = course.participant.cohort
    colleague = MembershipFactory.create(cohort=cohort, role=Role.MENTOR)
    theirs = MembershipFactory.create(cohort=cohort, mentor=colleague, user__name="Somebody Else")
    hand_in(course, course.participant, OTHER)
    hand_in(course, theirs, RENAMED)
    client.force_login(course.mentor.user)

    html = listed(client, course)

    assert "100 % of the shorter one is the same" in html
    assert "biggest" not in html
    assert "Somebody Else" not in html
    assert f"Somebody whom {colleague.user.called} mentors" in html
    assert course.user.called in html


def test_organizers_see_both_and_strangers_to_the_pair_nothing(client: Client, course: Course) -> None:
    cohort = course.participant.cohort
    pair = MembershipFactory.create_batch(2, cohort=cohort)
    for member, text in zip(pair, (OTHER, RENAMED), strict=True):
        hand_in(course, member, text)
    client.force_login(course.mentor.user)
    seen_by_mentor = listed(client, course)
    client.force_login(MembershipFactory.create(cohort=cohort, role=Role.ORGANIZER).user)

    seen_by_organizer = listed(client, course)

    assert "No pair stands out" in seen_by_mentor
    assert "biggest" in seen_by_organizer
    assert all(member.user.called in seen_by_organizer for member in pair)


def test_another_cohorts_code_is_never_compared(course: Course) -> None:
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER)
    away = MembershipFactory.create(cohort=CohortFactory.create())
    hand_in(course, course.participant, OTHER)
    attempt = course.participant.attempts.get()
    attempt.pk, attempt.membership, attempt.client_token = None, away, "away"
    attempt.save()
    Answer.objects.create(attempt=attempt, item="a-code", value=RENAMED)
    [exercise, _other] = [one for one in similar_code.exercises(organizer.cohort) if one.check.pk == course.check.pk]

    found = similar_code.listing(organizer.cohort, exercise, organizer.user)

    assert (found.submissions, found.pairs) == (1, [])


def test_two_tries_of_one_person_are_no_pair() -> None:
    found = similarity.pairs({1: OTHER, 2: RENAMED})

    assert similarity.of_persons(found, {1: "ana", 2: "ana"}) == []
    assert len(similarity.of_persons(found, {1: "ana", 2: "bea"})) == 1
