from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sprints import excursions
from sprints.choices import Verdict
from sprints.models import Excursion, LogEntry
from tests.factories.people import MembershipFactory
from tests.factories.sprints import ClaimFactory, ExcursionFactory, ResearcherFactory
from tests.sprints.views.test_bank import signed_in_as
from whitebox.people.choices import Role

QUESTION = {"question": "Is it real?", "kind": "hypothesis", "answer": "write-up", "budget_days": 5, "level": "private"}


def author_of(excursion: Excursion) -> Client:
    return signed_in_as(excursion.claim.membership.user)


def today() -> str:
    return timezone.now().date().isoformat()


@pytest.mark.parametrize("rows", [1, 3])
def test_research_query_count(db: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    mentor = ResearcherFactory.create(role=Role.MENTOR)
    for _ in range(rows):
        ExcursionFactory.create(claim__membership=mentor)
        ExcursionFactory.create(claim__membership__cohort=mentor.cohort, claim__membership__mentor=mentor)
    client = signed_in_as(mentor.user)

    with django_assert_num_queries(7):  # session, user, memberships, own excursions, others', claims, links
        answer = client.get(reverse("sprints:research"))

    assert [len(answer.context[name]) for name in ("own", "others", "claims")] == [rows, rows, rows]


@pytest.mark.parametrize("rows", [1, 3])
def test_excursion_query_count(db: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    excursion = ExcursionFactory.create()
    for n in range(rows):
        excursions.write(excursion, f"Entry {n}.", on=timezone.now().date(), by=excursion.claim.membership.user)
    client = author_of(excursion)

    # session, user, excursion, entries, their figures and links, check-ins, extensions, parts, links
    with django_assert_num_queries(10):
        answer = client.get(reverse("sprints:excursion", args=[excursion.pk]))

    assert len(answer.context["entries"]) == rows


def test_an_excursion_is_opened_logged_and_judged_by_forms(db: None) -> None:
    held = ClaimFactory.create()
    client = signed_in_as(held.membership.user)

    client.post(reverse("sprints:open_excursion", args=[held.pk]), QUESTION)
    opened = Excursion.objects.get()
    client.post(reverse("sprints:write", args=[opened.pk]), {"on": today(), "source": "It **works**."})
    answer = client.post(
        reverse("sprints:judge", args=[opened.pk]), {"verdict": "answered", "conclusion": "Yes."}, follow=True
    )

    opened.refresh_from_db()
    assert (opened.verdict, opened.entries.count()) == (Verdict.ANSWERED, 1)
    assert "<strong>works</strong>" in answer.content.decode()
    assert "Verdict: answered" in answer.content.decode()


def test_the_form_of_an_excursion_offers_no_public_level(db: None) -> None:
    held = ClaimFactory.create()
    client = signed_in_as(held.membership.user)
    address = reverse("sprints:open_excursion", args=[held.pk])

    page, answer = client.get(address), client.post(address, QUESTION | {"level": "public"})

    assert 'value="public"' not in page.content.decode()
    assert answer.status_code == 400
    assert not Excursion.objects.exists()


def test_a_preview_saves_nothing_and_keeps_the_text(db: None) -> None:
    excursion = ExcursionFactory.create()

    answer = author_of(excursion).post(
        reverse("sprints:write", args=[excursion.pk]), {"on": today(), "source": "A **draft**", "preview": "1"}
    )

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<strong>draft</strong>" in page
    assert "A **draft**</textarea>" in page
    assert not LogEntry.objects.exists()


def test_a_refused_entry_keeps_the_text(db: None) -> None:
    excursion = ExcursionFactory.create()
    later = (timezone.now().date() + timedelta(days=3)).isoformat()

    answer = author_of(excursion).post(
        reverse("sprints:write", args=[excursion.pk]), {"on": later, "source": "From the future."}
    )

    assert answer.status_code == 400
    assert "From the future.</textarea>" in answer.content.decode()
    assert "a day that has come" in answer.content.decode()


def test_a_correction_points_to_its_entry(db: None) -> None:
    excursion = ExcursionFactory.create()
    client, author = author_of(excursion), excursion.claim.membership.user
    first = excursions.write(excursion, "Wrong.", on=timezone.now().date(), by=author)

    page = client.get(reverse("sprints:excursion", args=[excursion.pk]), {"corrects": first.pk})
    client.post(
        reverse("sprints:write", args=[excursion.pk]), {"on": today(), "source": "Right.", "corrects": first.pk}
    )

    assert f'name="corrects" value="{first.pk}"' in page.content.decode()
    assert LogEntry.objects.get(source="Right.").corrects == first


def test_a_correction_of_another_log_is_not_found(db: None) -> None:
    excursion, other = ExcursionFactory.create(), ExcursionFactory.create()
    foreign = excursions.write(other, "Theirs.", on=timezone.now().date(), by=other.claim.membership.user)
    client = author_of(excursion)

    answer = client.post(
        reverse("sprints:write", args=[excursion.pk]), {"on": today(), "source": "Mine.", "corrects": foreign.pk}
    )

    assert answer.status_code == 404
    assert client.get(reverse("sprints:excursion", args=[excursion.pk]), {"corrects": foreign.pk}).status_code == 404


@pytest.mark.parametrize("asked", ["0", "x", "9" * 40, "-1"])
def test_a_correction_of_nonsense_breaks_nothing(db: None, asked: str) -> None:
    excursion = ExcursionFactory.create()

    answer = author_of(excursion).get(reverse("sprints:excursion", args=[excursion.pk]), {"corrects": asked})

    assert answer.status_code in {200, 404}


def test_over_budget_says_so(db: None) -> None:
    excursion = ExcursionFactory.create()
    Excursion.objects.update(opened_at=timezone.now() - timedelta(days=9))

    answer = author_of(excursion).get(reverse("sprints:excursion", args=[excursion.pk]))

    assert "5 days over its budget" in answer.content.decode()


def test_fellows_and_advisers_get_404_everywhere(db: None) -> None:
    excursion = ExcursionFactory.create()
    cohort = excursion.claim.membership.cohort
    for role in (Role.PARTICIPANT, Role.ADVISER, Role.REVIEWER, Role.MENTOR):
        client = signed_in_as(MembershipFactory.create(cohort=cohort, role=role).user)
        answers = [
            client.get(reverse("sprints:excursion", args=[excursion.pk])),
            client.post(reverse("sprints:write", args=[excursion.pk]), {"on": today(), "source": "x"}),
            client.post(reverse("sprints:judge", args=[excursion.pk]), {"verdict": "refuted", "conclusion": "x"}),
            client.post(reverse("sprints:open_excursion", args=[excursion.claim.pk]), QUESTION),
        ]
        assert [answer.status_code for answer in answers] == [404] * 4


def test_an_organizer_reads_but_does_not_write(db: None) -> None:
    excursion = ExcursionFactory.create()
    organizer = MembershipFactory.create(cohort=excursion.claim.membership.cohort, role=Role.ORGANIZER)
    client = signed_in_as(organizer.user)

    page = client.get(reverse("sprints:excursion", args=[excursion.pk]))
    answer = client.post(reverse("sprints:write", args=[excursion.pk]), {"on": today(), "source": "x"})

    assert page.status_code == 200
    assert "Save the entry" not in page.content.decode()
    assert "Save the check-in" in page.content.decode()
    assert answer.status_code == 404


def test_a_problem_page_shows_no_excursion_of_others(db: None) -> None:
    excursion = ExcursionFactory.create(question="A secret thought?")
    fellow = ResearcherFactory.create(cohort=excursion.claim.membership.cohort)

    answer = signed_in_as(fellow.user).get(reverse("sprints:problem", args=[excursion.claim.problem_id]))

    assert "A secret thought?" not in answer.content.decode()
