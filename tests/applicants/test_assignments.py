from collections import Counter

import pytest

from applicants import assignments, conflicts, reviewers
from applicants.choices import ConflictOrigin
from applicants.judgements import Assignment
from tests.factories.applicants import ApplicationFactory, ReviewerFactory, RoundFactory
from tests.factories.people import MembershipFactory
from whitebox.errors import RuleViolation


def test_propose_is_balanced_and_honours_conflicts(db: None) -> None:
    round_ = RoundFactory.create()
    readers = [ReviewerFactory.create(round=round_) for _ in range(3)]
    found = [ApplicationFactory.create(round=round_) for _ in range(6)]
    conflicts.record(readers[0], found[0], origin=ConflictOrigin.PINNED)

    proposal = assignments.propose(round_, seed=1)

    assert Counter(application for application, _reader in proposal.pairs) == {one.pk: 2 for one in found}
    assert (found[0].pk, readers[0].pk) not in proposal.pairs
    assert max(proposal.load.values()) - min(proposal.load.values()) <= 1
    assert proposal == assignments.propose(round_, seed=1)


def test_propose_names_applications_that_lack_reviewers(db: None) -> None:
    round_ = RoundFactory.create()
    ReviewerFactory.create(round=round_)
    application = ApplicationFactory.create(round=round_)

    proposal = assignments.propose(round_, seed=1)

    assert (len(proposal.pairs), proposal.short) == (1, (application.code,))


def test_deploy_twice_hands_out_once(db: None) -> None:
    round_ = RoundFactory.create()
    for _ in range(2):
        ReviewerFactory.create(round=round_)
    ApplicationFactory.create(round=round_)
    proposal = assignments.propose(round_, seed=1)

    handed_out = [assignments.deploy(round_, proposal.pairs, by=None) for _ in range(2)]

    assert handed_out == [2, 0]
    assert assignments.propose(round_, seed=1).pairs == ()


def test_deploy_refuses_a_pair_that_has_a_conflict_by_now(db: None) -> None:
    round_ = RoundFactory.create()
    reader, application = ReviewerFactory.create(round=round_), ApplicationFactory.create(round=round_)
    proposal = assignments.propose(round_, seed=1)
    conflicts.record(reader, application, origin=ConflictOrigin.DECLARED)

    with pytest.raises(RuleViolation, match="Propose again"):
        assignments.deploy(round_, proposal.pairs, by=None)

    assert not Assignment.objects.exists()


def test_appoint_opens_the_admin_to_a_member_of_the_cohort_only(db: None) -> None:
    round_ = RoundFactory.create()
    member, stranger = MembershipFactory.create(cohort=round_.cohort), MembershipFactory.create()

    first = reviewers.appoint(round_, member, by=None)
    second = reviewers.appoint(round_, member, by=None)
    with pytest.raises(RuleViolation, match="this cohort"):
        reviewers.appoint(round_, stranger, by=None)

    member.user.refresh_from_db()
    assert (first, member.user.is_staff) == (second, True)
