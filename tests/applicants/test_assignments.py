from collections import Counter
from typing import Any

import pytest

from applicants import assignments, conflicts, reviewers, reviewing
from applicants.assignments import Short
from applicants.choices import ConflictOrigin, StageKind
from applicants.judgements import Assignment, AssignmentBatch, Reviewer
from applicants.models import Round
from tests.applicants.conftest import organizer_of
from tests.applicants.readings import judge
from tests.factories.applicants import ApplicationFactory, AssignmentFactory, ReviewerFactory, RoundFactory
from tests.factories.people import MembershipFactory
from whitebox.errors import RuleViolation


@pytest.fixture
def round_(db: None) -> Round:
    return RoundFactory.create()


def readers_of(round_: Round, count: int) -> list[Reviewer]:
    return [ReviewerFactory.create(round=round_) for _ in range(count)]


def test_propose_is_balanced_and_honours_conflicts(round_: Round) -> None:
    readers = readers_of(round_, 3)
    found = [ApplicationFactory.create(round=round_) for _ in range(6)]
    conflicts.record(readers[0], found[0], origin=ConflictOrigin.PINNED)

    proposal = assignments.propose(round_, seed=1)

    assert Counter(application for application, _reader in proposal.pairs) == {one.pk: 2 for one in found}
    assert (found[0].pk, readers[0].pk) not in proposal.pairs
    assert max(proposal.load.values()) - min(proposal.load.values()) <= 1
    assert proposal == assignments.propose(round_, seed=1)
    assert proposal != assignments.propose(round_, seed=2)


def test_propose_names_applications_that_lack_reviewers_and_proposes_nothing(round_: Round) -> None:
    (first, second) = readers_of(round_, 2)
    found = [ApplicationFactory.create(round=round_) for _ in range(2)]
    conflicts.record(second, found[1], origin=ConflictOrigin.DECLARED)

    proposal = assignments.propose(round_, seed=1)
    others = assignments.propose(round_, seed=1, without=[found[1].code])

    assert (proposal.pairs, proposal.short) == ((), (Short(found[1].code, wanted=2, possible=1),))
    assert set(others.pairs) == {(found[0].pk, first.pk), (found[0].pk, second.pk)}


def test_propose_keeps_to_what_reviewers_promised(round_: Round) -> None:
    few, *_others = readers_of(round_, 3)
    reviewers.bound(few, 1, by=None)
    for _ in range(6):
        ApplicationFactory.create(round=round_)

    proposal = assignments.propose(round_, seed=1)
    for one in Reviewer.objects.all():
        reviewers.bound(one, 1, by=None)
    refused = assignments.propose(round_, seed=1)

    assert (len(proposal.pairs), proposal.load[few.pk]) == (12, 1)
    assert refused.pairs == ()
    assert sum(one.wanted - one.possible for one in refused.short) == 9


def test_propose_passes_over_interviews_and_readings_that_came_back(round_: Round) -> None:
    readers = readers_of(round_, 3)
    application = ApplicationFactory.create(round=round_)
    interviewed = ApplicationFactory.create(round=round_, stage=round_.form.stages.get(slug="interview"))
    round_.form.stages.filter(slug="interview").update(kind=StageKind.INTERVIEW)
    back = AssignmentFactory.create(application=application, reviewer=readers[0])
    reviewing.hand_back(back, by=readers[0].membership.user)

    proposal = assignments.propose(round_, seed=1)

    assert set(proposal.pairs) == {(application.pk, readers[1].pk), (application.pk, readers[2].pk)}
    assert interviewed.pk not in dict(proposal.pairs)
    assert assignments.missing(round_) == 2


def test_a_large_round_is_proposed_in_blocks_and_stays_balanced(round_: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assignments, "BLOCK", 3)
    readers_of(round_, 3)
    for _ in range(9):
        ApplicationFactory.create(round=round_)

    proposal = assignments.propose(round_, seed=1)

    assert sorted(proposal.load.values()) == [6, 6, 6]


def test_deploy_twice_hands_out_once(round_: Round) -> None:
    readers_of(round_, 2)
    ApplicationFactory.create(round=round_)
    proposal = assignments.propose(round_, seed=1)

    handed_out = [assignments.deploy(round_, proposal.pairs, by=None, seed=1) for _ in range(2)]

    assert handed_out == [2, 0]
    assert assignments.propose(round_, seed=1).pairs == ()
    assert AssignmentBatch.objects.get().seed == 1


def test_deploy_refuses_a_pair_that_has_a_conflict_by_now(round_: Round) -> None:
    reader, _other = readers_of(round_, 2)
    application = ApplicationFactory.create(round=round_)
    proposal = assignments.propose(round_, seed=1)
    conflicts.record(reader, application, origin=ConflictOrigin.DECLARED)

    with pytest.raises(RuleViolation, match="Propose again"):
        assignments.deploy(round_, proposal.pairs, by=None)

    assert not Assignment.objects.exists()


def test_a_batch_is_taken_back_but_for_what_was_begun(round_: Round) -> None:
    reader, _other = readers_of(round_, 2)
    first, second = (ApplicationFactory.create(round=round_) for _ in range(2))
    assignments.deploy(round_, assignments.propose(round_, seed=1).pairs, by=None)
    judge(first, reader, 3)
    draft = Assignment.objects.get(application=second, reviewer=reader)
    reviewing.save_draft(draft, second.revisions.get(), {}, "Began.", by=reader.membership.user)
    batch, organizer = AssignmentBatch.objects.get(), organizer_of(round_.cohort)

    counts = [assignments.undeploy(batch, by=organizer) for _ in range(2)]

    batch.refresh_from_db()
    assert counts == [2, 0]
    assert batch.undeployed_by == organizer
    assert {(one.application, one.reviewer) for one in Assignment.objects.all()} == {(first, reader), (second, reader)}
    assert len(assignments.propose(round_, seed=1).pairs) == 2


def test_proposing_takes_the_same_queries_at_any_size(round_: Round, django_assert_num_queries: Any) -> None:
    readers_of(round_, 3)
    for count in (1, 3):
        for _ in range(count):
            ApplicationFactory.create(round=round_)
        with django_assert_num_queries(4):
            assignments.propose(round_, seed=1)


def test_appoint_opens_the_admin_to_a_member_of_the_cohort_only(db: None) -> None:
    round_ = RoundFactory.create()
    member, stranger = MembershipFactory.create(cohort=round_.cohort), MembershipFactory.create()

    first = reviewers.appoint(round_, member, by=None)
    second = reviewers.appoint(round_, member, by=None)
    with pytest.raises(RuleViolation, match="this cohort"):
        reviewers.appoint(round_, stranger, by=None)

    member.user.refresh_from_db()
    assert (first, member.user.is_staff) == (second, True)


def test_a_load_has_a_limit(round_: Round) -> None:
    (reader,) = readers_of(round_, 1)

    for _twice in range(2):
        reviewers.bound(reader, 12, by=None)
    with pytest.raises(RuleViolation, match="more than"):
        reviewers.bound(reader, 10_000, by=None)

    reader.refresh_from_db()
    assert reader.most == 12
