"""What leaves the site by mail, as a file or as somebody's data says the same whether a secret is there or not."""

import json
from collections.abc import Collection
from datetime import time

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sprints.choices import InfohazardLevel
from sprints.exporting import exported
from sprints.publishing import levels, reminders, reviewing, writing
from sprints.publishing.models import Writeup
from tests.factories.outbox import LetterTemplateFactory
from tests.factories.people import MembershipFactory
from tests.factories.publishing import fresh, make_writeup, published, ruled, started_cohort
from tests.factories.sprints import ProblemFactory
from tests.sprints.publishing.test_public import colleague, hide
from whitebox.outbox import delivery, letters
from whitebox.outbox.models import Letter
from whitebox.people.choices import Role
from whitebox.people.models import Membership, User
from whitebox.programme import personal
from whitebox.web import feed

pytestmark = pytest.mark.django_db
KINDS = (
    *("level-vote", "level-vote-again", "level-decided", "level-reading", "level-late", "reader-silent"),
    *("endorsement-asked", "endorsement-again"),
)
FILES = ("programme:cohort_sheet", "programme:funnel_sheet", "programme:funder", "programme:milestones")


@pytest.fixture
def coordinator() -> Membership:
    for kind in KINDS:
        LetterTemplateFactory.create(kind=kind, subject="{{ title }}", body="{{ title }} {{ link }}")
    return ruled(started_cohort())


def mailed(outbox: list[object], known: Collection[str]) -> list[tuple[str, str, str]]:
    """Send what is due, and return the mails to all but those who know: to whom, subject, text."""
    letters.queue_all(list(reminders.due(timezone.now())))
    for pk in Letter.objects.filter(sent_at=None).values_list("pk", flat=True):
        delivery.send(pk)
    found = [(one.to[0], one.subject, one.body) for one in outbox]  # type: ignore[attr-defined]  # Django's messages
    return sorted(one for one in found if one[0] not in known)


def handed_out(client: Client, reader: Membership, post: Writeup) -> dict[str, bytes]:
    """Return every file that somebody who need not know can take away, their own data included."""
    cache.clear()
    found = {name: _without_tokens(client.get(reverse(name, args=[reader.cohort.slug])).content) for name in FILES}
    problem = post.problems.get()
    pages = [
        reverse("sprints:problem", args=[problem.pk]),
        reverse("web:calendar", args=[feed.feed_of(reader.user).token]),
        reverse("publishing:cite", args=[post.slug]),
    ]
    found |= {path: _without_tokens(client.get(path).content) for path in pages}
    found["problems"] = exported(problem.source).encode()
    for email in (reader.user.email, "rita@example.test", "zed@example.test"):
        found[email] = json.dumps(personal.export(email), default=personal.plain, sort_keys=True).encode()
    return found


def _without_tokens(content: bytes) -> bytes:
    lines = [line for line in content.splitlines() if b"csrf" not in line and b"DTSTAMP" not in line]
    return b"\n".join(lines)


def secret(coordinator: Membership, post: Writeup, zora: User) -> Writeup:
    """Add a secret text on the same problem, with a decision about it under way."""
    hidden = hide(coordinator, post, InfohazardLevel.SECRET, zora)
    author = hidden.wording.by
    Writeup.objects.get(pk=hidden.pk).problems.set(post.problems.all())
    reviewing.remark(hidden, hidden.wording.number, "", "Zebra again.", by=zora)
    writing.consent(hidden, hidden.wording.number, by=author)
    return fresh(hidden)


@pytest.fixture
def post(coordinator: Membership) -> Writeup:
    made = published(coordinator)
    made.problems.set([ProblemFactory.create()])
    return made


def test_no_mail_to_anybody_else_moves_for_a_secret(
    coordinator: Membership, post: Writeup, mailoutbox: list[object]
) -> None:
    zora = colleague(coordinator)
    known = {post.wording.by.email, zora.email}
    asked = make_writeup(cohort=coordinator.cohort)
    levels.propose(asked, InfohazardLevel.PUBLIC, "It helps.", by=asked.wording.by)
    User.objects.update(quiet_from=time(0), quiet_until=time(0))  # so that the test says the same at night
    before = mailed(mailoutbox, known)
    assert [one[0] for one in before] == [coordinator.user.email]
    hidden = secret(coordinator, post, zora)

    assert mailed(mailoutbox, known) == before
    assert not [one for one in mailed(mailoutbox, ()) if "Zebra" in str(one)]  # letters to those who know name it not
    # The test can fail: who decides has to know, and is written to.
    change = levels.propose(hidden, InfohazardLevel.PRIVATE, "Known by now.", by=hidden.wording.by)
    levels.vote(change.votes.get(user=zora), is_yes=True, reason="It is.", by=zora)
    assert len(mailed(mailoutbox, known)) == len(before) + 1


def test_no_file_and_nobodys_data_moves_for_a_secret(coordinator: Membership, post: Writeup) -> None:
    other = MembershipFactory.create(cohort=coordinator.cohort, role=Role.ORGANIZER)
    zora, client = colleague(coordinator), Client()
    client.force_login(other.user)
    feed.feed_of(other.user)  # made once; it is part of what is stored about them
    before = handed_out(client, other, post)
    hidden = secret(coordinator, post, zora)

    after = handed_out(client, other, post)

    assert after == before
    # The test can fail: with the same text private an organizer's list has it, and the author's data hold it always.
    assert "Zebra" in json.dumps(personal.export(hidden.wording.by.email), default=personal.plain)
