from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sprints import excursions
from sprints.choices import InfohazardLevel, Verdict
from sprints.journal import CheckIn, LogFigure
from sprints.models import Excursion, LogEntry
from sprints.rosters import TeamMember
from tests.factories.people import MembershipFactory
from tests.factories.sprints import ExcursionFactory, ResearcherFactory, TeamFactory
from tests.sprints.test_pictures import PNG, picture
from tests.sprints.views.test_bank import signed_in_as
from tests.sprints.views.test_research import author_of, today
from whitebox.people.choices import Role
from whitebox.people.models import Membership


def with_mentor(**facts: object) -> tuple[Excursion, Client]:
    mentor = ResearcherFactory.create(role=Role.MENTOR)
    excursion = ExcursionFactory.create(
        claim__membership__cohort=mentor.cohort, claim__membership__mentor=mentor, **facts
    )
    return excursion, signed_in_as(mentor.user)


def status_of(client: Client, address: str) -> int:
    answer = client.get(address)
    answer.getvalue()  # Read to its end, a file closes itself.
    return answer.status_code


def test_over_budget_offers_to_split_or_to_extend(db: None) -> None:
    excursion = ExcursionFactory.create()
    Excursion.objects.update(opened_at=timezone.now() - timedelta(days=9))
    client, page_address = author_of(excursion), reverse("sprints:excursion", args=[excursion.pk])

    before = client.get(page_address).content.decode()
    client.post(reverse("sprints:extend", args=[excursion.pk]), {"days": 14, "reason": "The GPU was down."})
    after = client.get(page_address).content.decode()

    assert before.count("<details open>") == 2
    assert "from 5 to 14 days" in after
    assert "The GPU was down." in after
    assert "Day 10 of 14" in after


def test_a_refused_extension_keeps_what_was_typed(db: None) -> None:
    excursion = ExcursionFactory.create()

    answer = author_of(excursion).post(
        reverse("sprints:extend", args=[excursion.pk]), {"days": 3, "reason": "A long reason."}
    )

    assert answer.status_code == 400
    assert 'value="A long reason."' in answer.content.decode()


def test_an_excursion_is_split_by_its_form(db: None) -> None:
    excursion = ExcursionFactory.create()
    client = author_of(excursion)

    answer = client.post(
        reverse("sprints:split", args=[excursion.pk]),
        {"questions": "One?\nTwo?", "budget_days": 2, "reason": "Too large."},
        follow=True,
    )

    page = answer.content.decode()
    assert "2 smaller excursions are open." in page
    assert "One?</a>" in page
    part = Excursion.objects.get(question="Two?")
    assert "Part of a larger question" in client.get(reverse("sprints:excursion", args=[part.pk])).content.decode()
    assert Excursion.objects.get(pk=excursion.pk).verdict == Verdict.SPLIT


def test_a_mentor_checks_in_and_the_researcher_reads_it(db: None) -> None:
    excursion, mentor = with_mentor()

    mentor.post(
        reverse("sprints:check_in", args=[excursion.pk]),
        {"pace": "slow", "text": "We looked at the plot.", "next_step": "Another seed."},
    )
    page = author_of(excursion).get(reverse("sprints:excursion", args=[excursion.pk])).content.decode()

    assert CheckIn.objects.count() == 1
    assert "We looked at the plot." in page
    assert "Another seed." in page
    assert "Save the check-in" not in page


def test_a_refused_check_in_keeps_what_was_typed(db: None) -> None:
    excursion, mentor = with_mentor()

    answer = mentor.post(reverse("sprints:check_in", args=[excursion.pk]), {"pace": "x", "text": "A long talk."})

    assert answer.status_code == 400
    assert "A long talk.</textarea>" in answer.content.decode()


def test_a_mentor_of_a_teammate_reads_and_checks_in(db: None) -> None:
    excursion = ExcursionFactory.create()
    cohort = excursion.claim.membership.cohort
    mentor = MembershipFactory.create(cohort=cohort, role=Role.MENTOR)
    team = TeamFactory.create(cohort=cohort)
    excursion.claim.team = team
    excursion.claim.save()
    client, address = signed_in_as(mentor.user), reverse("sprints:excursion", args=[excursion.pk])
    assert client.get(address).status_code == 404

    TeamMember.objects.create(team=team, membership=ResearcherFactory.create(cohort=cohort, mentor=mentor))

    assert "Save the check-in" in client.get(address).content.decode()


def test_an_entry_takes_figures_and_links_by_its_form(db: None) -> None:
    excursion = ExcursionFactory.create()
    client = author_of(excursion)

    page = client.post(
        reverse("sprints:write", args=[excursion.pk]),
        {
            "on": today(),
            "source": "See the plot.",
            "figure_1": SimpleUploadedFile("plot.png", PNG),
            "alt_1": "Loss falls",
            "repository": "https://example.test/repo",
        },
        follow=True,
    ).content.decode()

    figure = LogFigure.objects.get()
    address = reverse("sprints:figure", args=[figure.pk])
    assert f'<img src="{address}" alt="Loss falls"' in page
    assert 'href="https://example.test/repo"' in page
    answer = client.get(address)
    assert answer.getvalue() == PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_figure_without_words_keeps_the_text(db: None) -> None:
    excursion = ExcursionFactory.create()

    answer = author_of(excursion).post(
        reverse("sprints:write", args=[excursion.pk]),
        {"on": today(), "source": "See the plot.", "figure_1": SimpleUploadedFile("plot.png", PNG)},
    )

    assert answer.status_code == 400
    assert "See the plot.</textarea>" in answer.content.decode()
    assert "Say in words what the figure shows" in answer.content.decode()
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("is_secret", [False, True])
def test_a_mentor_reads_private_entries_and_no_secret_ones(db: None, is_secret: bool) -> None:
    excursion, mentor = with_mentor()
    level = InfohazardLevel.SECRET if is_secret else InfohazardLevel.PRIVATE
    entry = excursions.write(
        excursion,
        "A thought.",
        on=timezone.now().date(),
        by=excursion.claim.membership.user,
        level=level,
        figures=[picture()],
    )
    organizer = MembershipFactory.create(cohort=excursion.claim.membership.cohort, role=Role.ORGANIZER)
    address, figure = (
        reverse("sprints:excursion", args=[excursion.pk]),
        reverse("sprints:figure", args=[entry.figures.get().pk]),
    )

    seen = {
        name: ("A thought." in client.get(address).content.decode(), status_of(client, figure))
        for name, client in {
            "mentor": mentor,
            "author": author_of(excursion),
            "organizer": signed_in_as(organizer.user),
        }.items()
    }

    assert seen["author"] == seen["organizer"] == (True, 200)
    assert seen["mentor"] == ((False, 404) if is_secret else (True, 200))


def test_fellows_find_no_figure(db: None) -> None:
    excursion = ExcursionFactory.create()
    entry = excursions.write(
        excursion, "x", on=timezone.now().date(), by=excursion.claim.membership.user, figures=[picture()]
    )
    fellow: Membership = ResearcherFactory.create(cohort=excursion.claim.membership.cohort)

    address = reverse("sprints:figure", args=[entry.figures.get().pk])

    assert status_of(signed_in_as(fellow.user), address) == 404
