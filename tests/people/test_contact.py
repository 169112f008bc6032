import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.factories.people import CohortFactory, MembershipFactory, UserFactory
from whitebox.errors import RuleViolation
from whitebox.people import contact, membership
from whitebox.people.choices import Concern, Role
from whitebox.people.models import ContactNote, Membership, User


@pytest.fixture
def member(db: None) -> Membership:
    cohort = CohortFactory.create()
    mentor = MembershipFactory.create(cohort=cohort, role=Role.MENTOR)
    made: Membership = MembershipFactory.create(cohort=cohort, mentor=mentor)
    return made


def mentor_of(member: Membership) -> User:
    assert member.mentor is not None
    return member.mentor.user


def organizer_of(member: Membership) -> User:
    made: User = MembershipFactory.create(cohort=member.cohort, role=Role.ORGANIZER).user
    return made


def test_the_latest_note_says_how_it_stands(member: Membership) -> None:
    contact.note(member, "Fine.", by=mentor_of(member), at=timezone.now() - timedelta(days=2))
    later = contact.note(member, "Tired.", by=organizer_of(member), concern=Concern.WATCH, next_step="Call.")

    assert contact.last_contact(member) == later
    assert contact.latest([member.pk]) == {member.pk: later}


def test_the_same_key_notes_once(member: Membership) -> None:
    key = uuid.uuid4()

    first = contact.note(member, "Called.", by=mentor_of(member), key=key)
    second = contact.note(member, "Called.", by=mentor_of(member), key=key)

    assert first == second
    assert ContactNote.objects.count() == 1


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.MENTOR, Role.ADVISER, Role.REVIEWER])
def test_only_who_teaches_somebody_notes(member: Membership, role: Role) -> None:
    other = MembershipFactory.create(cohort=member.cohort, role=role)

    with pytest.raises(RuleViolation, match="Only this person's mentor"):
        contact.note(member, "Hm.", by=other.user)
    with pytest.raises(RuleViolation, match="Only this person's mentor"):
        contact.note(member, "About myself.", by=member.user)

    assert not ContactNote.objects.exists()


def test_a_superuser_is_not_exempt(member: Membership) -> None:
    with pytest.raises(RuleViolation, match="Only this person's mentor"):
        contact.note(member, "Hm.", by=UserFactory.create(is_superuser=True))


@pytest.mark.parametrize(
    ("text", "days", "words"), [("  ", 0, "Write a word"), ("x" * 4001, 0, "at most 4000"), ("x", 2, "earlier moment")]
)
def test_what_is_no_note_is_refused(member: Membership, text: str, days: int, words: str) -> None:
    with pytest.raises(RuleViolation, match=words):
        contact.note(member, text, by=mentor_of(member), at=timezone.now() + timedelta(days=days))


def test_one_click_keeps_concern_and_next_step(member: Membership) -> None:
    contact.note(member, "Ill.", by=mentor_of(member), concern=Concern.ACT, next_step="Call on Friday.", is_shared=True)

    touched = contact.touch(member, "In touch.", by=mentor_of(member), key=uuid.uuid4())

    assert (touched.concern, touched.next_step, touched.is_shared) == (Concern.ACT, "Call on Friday.", False)


def test_the_author_takes_a_fresh_note_back(member: Membership) -> None:
    note = contact.note(member, "Oops.", by=mentor_of(member), is_shared=True)

    contact.take_back(note, by=mentor_of(member))
    contact.take_back(note, by=mentor_of(member))

    assert contact.last_contact(member) is None
    assert contact.latest([member.pk]) == {}
    assert not contact.told(member.user).exists()
    assert not contact.history(member).exists()


def test_a_note_taken_back_does_not_return_with_its_key(member: Membership) -> None:
    key = uuid.uuid4()
    contact.take_back(contact.touch(member, "In touch.", by=mentor_of(member), key=key), by=mentor_of(member))

    contact.touch(member, "In touch.", by=mentor_of(member), key=key)

    assert contact.last_contact(member) is None


def test_nobody_takes_back_what_another_wrote_or_what_is_old(member: Membership) -> None:
    note = contact.note(member, "Fine.", by=mentor_of(member))

    with pytest.raises(RuleViolation, match="Only who wrote"):
        contact.take_back(note, by=organizer_of(member))
    ContactNote.objects.update(written_at=timezone.now() - timedelta(minutes=16))
    with pytest.raises(RuleViolation, match="older than 15 minutes"):
        contact.take_back(note, by=mentor_of(member))

    assert contact.last_contact(member) == note


def test_only_shared_notes_are_told(member: Membership) -> None:
    contact.note(member, "In confidence.", by=mentor_of(member))
    shared = contact.note(member, "We agreed.", by=mentor_of(member), is_shared=True)
    contact.note(MembershipFactory.create(cohort=member.cohort), "Other.", by=organizer_of(member), is_shared=True)

    assert list(contact.told(member.user)) == [shared]


def test_notes_go_on_after_a_deferral(member: Membership) -> None:
    organizer = organizer_of(member)
    note = contact.note(member, "Thesis first.", by=organizer)

    moved = membership.defer(member, CohortFactory.create(), by=organizer, reason="Thesis.")

    assert list(contact.history(moved)) == [note]


@pytest.mark.parametrize("people", [1, 3])
def test_latest_contacts_cost_one_query(
    member: Membership, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    organizer = organizer_of(member)
    members = MembershipFactory.create_batch(people, cohort=member.cohort)
    for one in members:
        contact.note(one, "First.", by=organizer)
        contact.note(one, "Second.", by=organizer)

    with django_assert_num_queries(1):
        found = contact.latest([one.pk for one in members])
        words = {note.text + note.author.called for note in found.values()}

    assert words == {f"Second.{organizer.called}"}


def test_the_database_keeps_levels_and_keys(member: Membership) -> None:
    note = contact.note(member, "Fine.", by=mentor_of(member), key=uuid.uuid4())

    with transaction.atomic(), pytest.raises(IntegrityError):
        ContactNote.objects.filter(pk=note.pk).update(concern=7)
    with transaction.atomic(), pytest.raises(IntegrityError):
        ContactNote.objects.create(about=member, author=note.author, kind="call", text="x", key=note.key)
