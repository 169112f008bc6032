from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sprints import access as research
from sprints.choices import InfohazardLevel
from sprints.models import LogEntry
from sprints.publishing import access, endorsing, gate, levels, releasing, reminders, subjects, writing
from sprints.publishing.agreements import Endorsement, LevelChange, Named, Vote
from sprints.publishing.choices import Capacity, EndorsementState, Outcome
from sprints.publishing.models import Writeup
from sprints.publishing.writing import Wording
from tests.factories.people import MembershipFactory
from tests.factories.publishing import (
    cleared,
    endorsed,
    fresh,
    make_writeup,
    published,
    readers,
    ready,
    ruled,
    started_cohort,
)
from tests.factories.sprints import ExcursionFactory
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Membership
from whitebox.web import invariant

SECRET, PRIVATE, PUBLIC = InfohazardLevel.SECRET, InfohazardLevel.PRIVATE, InfohazardLevel.PUBLIC


@pytest.fixture
def coordinator(db: None) -> Membership:
    return ruled(started_cohort())


def assert_sound() -> None:
    assert invariant.breaches() == []


def test_a_write_up_is_private_by_default(db: None) -> None:
    assert make_writeup().level == PRIVATE


def test_public_takes_all_authors_the_coordinator_and_a_majority_of_two_readers(coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)

    change = cleared(made, coordinator.user)

    assert (change.outcome, fresh(made).level, change.revision) == (Outcome.AGREED, PUBLIC, made.wording)
    assert_sound()


def test_every_vote_of_an_author_is_needed(coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)
    first = made.wording.by
    second = MembershipFactory.create(cohort=made.cohort).user
    writing.add_author(made, second, ["software"], by=first)
    change = levels.propose(made, PUBLIC, "It helps.", by=first)

    with pytest.raises(RuleViolation, match="once all authors"):
        levels.ask_readers(change, readers(made.cohort), by=coordinator.user)
    levels.vote(change.votes.get(user=second), is_yes=False, reason="Not yet.", by=second)

    change.refresh_from_db()
    assert (change.outcome, fresh(made).level) == (Outcome.REFUSED, PRIVATE)


def test_two_readers_mean_both_of_them(coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)
    change = levels.propose(made, PUBLIC, "It helps.", by=made.wording.by)
    levels.ask_readers(change, readers(made.cohort), by=coordinator.user)
    levels.vote(change.votes.get(user=coordinator.user), is_yes=True, reason="Fine.", by=coordinator.user)
    first, second = change.votes.filter(capacity=Capacity.READER)

    levels.vote(first, is_yes=True, reason="Fine.")
    assert fresh(made).level == PRIVATE
    levels.vote(second, is_yes=False, reason="It names a system in use.")

    change.refresh_from_db()
    assert (change.outcome, fresh(made).level) == (Outcome.REFUSED, PRIVATE)
    assert change.votes.get(pk=second.pk).reason == "It names a system in use."


def test_one_reader_is_not_enough(coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)
    change = levels.propose(made, PUBLIC, "It helps.", by=made.wording.by)

    with pytest.raises(RuleViolation, match="two trusted readers"):
        levels.ask_readers(change, readers(made.cohort, 1), by=coordinator.user)


def test_another_reader_takes_the_place_of_a_silent_one(coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)
    change = levels.propose(made, PUBLIC, "It helps.", by=made.wording.by)
    asked = readers(made.cohort, 3)
    levels.ask_readers(change, asked[:2], by=coordinator.user)
    silent = change.votes.get(reader=asked[0])
    Vote.objects.filter(pk=silent.pk).update(due_at=timezone.now() - timedelta(minutes=1))

    levels.ask_readers(change, asked[2:], by=coordinator.user)

    with pytest.raises(RuleViolation, match="Another reader"):
        levels.vote(silent, is_yes=True, reason="Late.")
    for vote in change.votes.exclude(pk=silent.pk).filter(is_yes=None):
        levels.vote(vote, is_yes=True, reason="Fine.", by=vote.user)
    assert fresh(made).level == PUBLIC
    assert_sound()


def votes(capacities: Sequence[tuple[Capacity, bool | None]]) -> list[Vote]:
    return [Vote(capacity=capacity, is_yes=answer) for capacity, answer in capacities]


ANSWERS = st.sampled_from([True, False, None])


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine draws slowly
@given(authors=st.lists(ANSWERS, min_size=1, max_size=4), coordinator=ANSWERS, asked=st.lists(ANSWERS, max_size=6))
def test_the_rule_of_votes(authors: list[bool | None], coordinator: bool | None, asked: list[bool | None]) -> None:
    """Silence is never agreement, one no inside refuses, and a public thing has a majority of two readers behind it."""
    inside = [(Capacity.AUTHOR, one) for one in authors] + [(Capacity.COORDINATOR, coordinator)]
    outside = [(Capacity.READER, one) for one in asked]

    to_private, to_public = (levels.outcome_of(wanted, votes(inside + outside)) for wanted in (PRIVATE, PUBLIC))

    everybody = all(answer is True for _capacity, answer in inside)
    assert (to_private == Outcome.AGREED) == everybody
    is_majority = len(asked) >= 2 and asked.count(True) > len(asked) - asked.count(True)
    assert (to_public == Outcome.AGREED) == (everybody and is_majority)
    if False in [answer for _capacity, answer in inside]:
        assert to_private == to_public == Outcome.REFUSED


def test_secret_becomes_public_in_two_steps(coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)
    levels.propose(made, SECRET, "A trick.", by=made.wording.by)

    with pytest.raises(RuleViolation, match="two steps"):
        levels.propose(made, PUBLIC, "It helps.", by=made.wording.by)
    with pytest.raises(IntegrityError), transaction.atomic():
        LevelChange.objects.create(writeup=made, was=SECRET, wanted=PUBLIC, reason="x", by=made.wording.by)


def test_a_secret_is_closed_to_all_but_those_it_names(coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)
    peer = MembershipFactory.create(cohort=made.cohort).user
    author = made.wording.by
    assert access.may_read(coordinator.user, made)
    assert not access.may_read(peer, made)

    levels.propose(made, SECRET, "A trick.", by=author)
    levels.name(made, peer, by=author)

    assert not access.may_read(coordinator.user, made)
    assert access.may_read(peer, made)
    change = levels.propose(made, PRIVATE, "Known by now.", by=peer)
    assert access.may_read(coordinator.user, made)  # who decides has to know
    for vote in change.votes.all():
        levels.vote(vote, is_yes=True, reason="Fine.", by=vote.user)
    assert fresh(made).level == PRIVATE


def test_stricter_works_at_once_and_ends_what_was_being_decided(coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)
    author = made.wording.by
    asked = levels.propose(made, PUBLIC, "It helps.", by=author)

    levels.propose(made, SECRET, "It does not.", by=coordinator.user)

    asked.refresh_from_db()
    assert (asked.outcome, fresh(made).level) == (Outcome.WITHDRAWN, SECRET)
    assert access.may_read(coordinator.user, made)


def test_a_colleague_cannot_make_it_stricter(coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)
    peer = MembershipFactory.create(cohort=made.cohort).user
    levels.name(made, peer, by=made.wording.by)

    with pytest.raises(RuleViolation, match="An author or the coordinator"):
        levels.propose(made, SECRET, "A trick.", by=peer)


def test_strangers_ask_for_nothing(coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)

    with pytest.raises(RuleViolation, match="may read it"):
        levels.propose(made, PUBLIC, "It helps.", by=MembershipFactory.create().user)


def test_a_coordinator_who_wrote_it_is_stood_in_for(coordinator: Membership) -> None:
    made = make_writeup(by=coordinator.user, cohort=coordinator.cohort)
    with pytest.raises(RuleViolation, match="no coordinator"):
        levels.propose(made, PUBLIC, "It helps.", by=coordinator.user)
    other = MembershipFactory.create(cohort=made.cohort, role=Role.ORGANIZER).user

    change = levels.propose(made, PUBLIC, "It helps.", by=coordinator.user)

    assert change.votes.get(capacity=Capacity.COORDINATOR).user == other


def test_a_vote_stands_and_twice_the_same_is_one(coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)
    change = levels.propose(made, PUBLIC, "It helps.", by=made.wording.by)
    vote = change.votes.get(user=coordinator.user)

    levels.vote(vote, is_yes=True, reason="Fine.", by=coordinator.user)
    levels.vote(vote, is_yes=True, reason="Fine.", by=coordinator.user)

    with pytest.raises(RuleViolation, match="was given"):
        levels.vote(vote, is_yes=False, reason="No.", by=coordinator.user)
    with pytest.raises(RuleViolation, match="somebody else"):
        levels.vote(vote, is_yes=True, reason="Fine.", by=made.wording.by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.filter(pk=vote.pk).update(reason="")


def test_a_secret_excursion_opens_to_those_it_names_and_closes_its_entries(coordinator: Membership) -> None:
    claimed = MembershipFactory.create(cohort=coordinator.cohort, role=Role.PARTICIPANT)
    excursion = ExcursionFactory.create(claim__membership=claimed)
    author = excursion.claim.membership.user
    peer = MembershipFactory.create(cohort=coordinator.cohort).user
    entry = LogEntry.objects.create(
        excursion=excursion, author=author, on=timezone.now().date(), source="x", html="x", renderer=1
    )

    levels.propose(excursion, SECRET, "A trick.", by=author)
    levels.name(excursion, peer, by=author)

    entry.refresh_from_db()
    assert entry.level == SECRET
    assert research.visible_excursions(peer).filter(pk=excursion.pk).exists()
    with pytest.raises(RuleViolation, match="never more open"):
        levels.propose(entry, PRIVATE, "Harmless.", by=author)
    with pytest.raises(Http404):
        subjects.subject_or_404(MembershipFactory.create(cohort=coordinator.cohort).user, "excursion", excursion.pk)


def test_letters_ask_remind_and_escalate(coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)
    change = levels.propose(made, PUBLIC, "It helps.", by=made.wording.by)
    levels.ask_readers(change, readers(made.cohort), by=coordinator.user)
    long_ago = timezone.now() - timedelta(days=31)

    first = sorted(one.kind for one in reminders.due(timezone.now()))
    LevelChange.objects.update(clock_from=long_ago)
    Vote.objects.filter(capacity=Capacity.READER).update(due_at=long_ago)
    later = sorted({one.kind for one in reminders.due(timezone.now())})

    assert first == ["level-reading", "level-reading", "level-vote"]
    assert later == ["level-late", "level-vote-again", "reader-silent"]


def test_a_letter_about_a_secret_names_nothing_of_it(coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort, title="Zebra trick")
    levels.propose(made, SECRET, "A trick.", by=made.wording.by)
    levels.propose(made, PRIVATE, "Known by now.", by=made.wording.by)

    found = list(reminders.due(timezone.now()))

    assert {one.kind for one in found} == {"level-vote", "level-decided"}
    assert not [one for one in found if "Zebra" in str(one.context)]


def test_the_gate_says_each_condition_by_itself(coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)
    before = [one.is_met for one in gate.conditions(made)]

    done = [one.is_met for one in gate.conditions(ready(coordinator_of_another()))]

    assert before == [True, False, False, False, False, True]
    assert done == [True] * 6
    with pytest.raises(RuleViolation, match="All authors consent"):
        releasing.publish(made, by=coordinator.user)
    assert not fresh(made).is_published


def coordinator_of_another() -> Membership:
    return ruled(started_cohort())


def test_a_later_wording_is_not_published_on_an_earlier_vote(coordinator: Membership) -> None:
    made = ready(coordinator)
    writing.save(made, Wording("Neurons count", "Other.", "Other text."), base=made.wording.number, by=made.wording.by)

    unmet = [one.asks.partition(" ")[0] for one in gate.conditions(fresh(made)) if not one.is_met]

    assert unmet == ["Its", "All", "Somebody", "1"]
    with pytest.raises(RuleViolation, match="cannot be published yet"):
        releasing.publish(fresh(made), by=coordinator.user)


def test_publishing_twice_publishes_once(coordinator: Membership) -> None:
    made = published(coordinator)

    again = releasing.publish(made, by=coordinator.user)

    assert (again.slug, again.edition) == ("neurons-count", 1)
    assert_sound()


def test_only_organizers_publish(coordinator: Membership) -> None:
    made = ready(coordinator)

    with pytest.raises(RuleViolation, match="An organizer"):
        releasing.publish(made, by=made.wording.by)


def test_a_corrected_wording_needs_consent_and_somebody_who_did_not_write_it(coordinator: Membership) -> None:
    made = published(coordinator)
    author = made.wording.by
    new = writing.save(made, Wording("Neurons count", "Some do.", "Better."), base=made.wording.number, by=author)

    with pytest.raises(RuleViolation, match="who is no author"):
        releasing.correct(made, "It was wrong.", number=new.number, by=author)
    with pytest.raises(RuleViolation, match="consented"):
        releasing.correct(made, "It was wrong.", number=new.number, by=coordinator.user)
    writing.consent(made, new.number, by=author)
    releasing.correct(made, "It was wrong.", number=new.number, by=coordinator.user)

    assert (fresh(made).shown, fresh(made).edition) == (new, 2)


def test_stricter_takes_a_published_text_down(coordinator: Membership) -> None:
    made = published(coordinator)

    levels.propose(made, PRIVATE, "It can do harm.", by=coordinator.user)

    now = fresh(made)
    assert (now.level, now.is_published, now.is_hushed) == (PRIVATE, False, True)
    assert_sound()


def test_nothing_is_published_that_is_not_public(coordinator: Membership) -> None:
    made = published(coordinator)

    with pytest.raises(IntegrityError), transaction.atomic():
        Writeup.objects.filter(pk=made.pk).update(level=PRIVATE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Writeup.objects.filter(pk=made.pk).update(slug=None)


def test_an_endorsement_is_pinned_asked_once_and_withdrawable(coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)
    author = made.wording.by
    first, again = (endorsing.ask(made, "Rita", "Rita@Example.test", by=author) for _ in range(2))
    assert first == again

    endorsing.endorse(first, name="Rita", affiliation="", text="Careful.")
    endorsing.endorse(first, name="Rita", affiliation="", text="Careful.")
    with pytest.raises(RuleViolation, match="has ended"):
        endorsing.decline(first)
    endorsing.withdraw(first)
    endorsing.withdraw(first)

    first.refresh_from_db()
    assert (first.revision, first.state) == (made.wording, EndorsementState.WITHDRAWN)


def test_a_link_ends_with_its_time_and_with_secrecy(coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)
    asked = endorsing.ask(made, "Rita", "rita@example.test", by=made.wording.by)
    Endorsement.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    asked.refresh_from_db()

    with pytest.raises(RuleViolation, match="has ended"):
        endorsing.endorse(asked, name="Rita", affiliation="", text="Careful.")
    levels.propose(made, SECRET, "A trick.", by=made.wording.by)
    with pytest.raises(RuleViolation, match="secret"):
        endorsing.ask(made, "Ron", "ron@example.test", by=made.wording.by)


def test_withdrawing_an_endorsement_moves_the_public_page(coordinator: Membership) -> None:
    made = published(coordinator)

    endorsing.withdraw(Endorsement.objects.get())

    assert fresh(made).edition == made.edition + 1


def test_an_endorsement_of_an_unpublished_wording_moves_nothing_public(coordinator: Membership) -> None:
    made = published(coordinator)
    writing.save(made, Wording("Neurons count", "Some do.", "New."), base=made.wording.number, by=made.wording.by)

    endorsed(fresh(made), made.wording.by)

    assert (fresh(made).edition, fresh(made).renewed_at) == (made.edition, made.renewed_at)


def test_people_are_named_once(coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)
    peer = MembershipFactory.create(cohort=made.cohort).user

    first, again = (levels.name(made, peer, by=made.wording.by) for _ in range(2))
    levels.strike(first, by=made.wording.by)

    assert first == again
    assert not Named.objects.exists()
    with pytest.raises(RuleViolation, match="of the cohort"):
        levels.name(made, MembershipFactory.create().user, by=made.wording.by)
