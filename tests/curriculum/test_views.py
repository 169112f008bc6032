from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import travel

from curriculum import panels, schedule
from curriculum.conditions import Condition
from curriculum.models import Tick
from curriculum.panels import Panel
from tests.curriculum.worlds import World, running
from tests.factories.curriculum import FigureFactory, ResourceFactory
from tests.factories.people import CohortFactory, MembershipFactory, UserFactory
from whitebox.packs import loading
from whitebox.people import membership
from whitebox.people.choices import MembershipState, Role

READERS = [Role.PARTICIPANT, Role.MENTOR, Role.ORGANIZER, Role.ADVISER]
PAGES = ("", "weeks")


def page_of(world: World, page: str) -> str:
    return world.address() if not page else f"/learn/{world.cohort.slug}/"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", READERS)
def test_readers_of_the_cohort_read(db: None, client: Client, role: Role, page: str) -> None:
    world = running()
    client.force_login(MembershipFactory.create(cohort=world.cohort, role=role).user)

    assert client.get(page_of(world, page)).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_strangers_find_nothing(db: None, client: Client, page: str) -> None:
    world, elsewhere = running(), running()
    left = MembershipFactory.create(cohort=world.cohort, state=MembershipState.WITHDRAWN)
    reviewer = MembershipFactory.create(cohort=world.cohort, role=Role.REVIEWER)
    for user in (UserFactory.create(), elsewhere.participant.user, left.user, reviewer.user):
        client.force_login(user)

        assert client.get(page_of(world, page)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_visitors_are_asked_to_sign_in(db: None, client: Client, page: str) -> None:
    answer = client.get(page_of(running(), page))

    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")


def test_module_of_another_pack_is_not_found(db: None, client: Client) -> None:
    world, elsewhere = running(), running()
    client.force_login(world.participant.user)

    answer = client.get(f"/learn/{world.cohort.slug}/{elsewhere.module.module.slug}/")

    assert answer.status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("page", PAGES)
def test_query_count_does_not_grow(
    db: None,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
    rows: int,
    page: str,
) -> None:
    # What other apps add is pinned by their own tests; both together stay within twelve.
    monkeypatch.setattr("curriculum.conditions.conditions", lambda _membership, _modules: {})
    monkeypatch.setattr("curriculum.objective_states.states", lambda _membership, _modules: {})
    monkeypatch.setattr(panels, "panels", lambda _membership, _module: [])
    world = running(weeks=rows, rows=rows)
    client.force_login(world.participant.user)
    client.get(page_of(world, page))  # what the pack says is kept in the process from then on

    # session, user, memberships; the module's page also ticks, sessions and questions, which are one trip where they
    # are foreseen
    trips = 4 if connection.vendor == "postgresql" else 3 if page else 6
    with django_assert_num_queries(trips):
        client.get(page_of(world, page))


@pytest.mark.parametrize("page", PAGES)
def test_pages_stay_within_twelve_queries(
    db: None, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, page: str
) -> None:
    world = running(weeks=3, rows=3)
    client.force_login(world.participant.user)
    client.get(page_of(world, page))

    with django_assert_max_num_queries(9):
        client.get(page_of(world, page))


@travel(datetime(2026, 9, 8, tzinfo=UTC), tick=False)
def test_module_page_shows_the_time_in_both_zones(db: None, client: Client) -> None:
    world = running()
    reader = MembershipFactory.create(cohort=world.cohort, user__zone="Europe/Berlin")
    client.force_login(reader.user)

    shown = client.get(world.address()).content.decode()

    assert "Sat 12 Sep, 09:00 Manila</time> (03:00 your time)" in shown
    assert "Room 304" in shown


@travel(datetime(2026, 9, 8, tzinfo=UTC), tick=False)
def test_cancelled_session_says_so_and_why(db: None, client: Client) -> None:
    world = running()
    schedule.cancel(world.session, by=world.organizer, note="A storm is coming.")
    client.force_login(world.participant.user)

    shown = client.get(world.address()).content.decode()

    assert "Cancelled." in shown
    assert "A storm is coming." in shown


def test_locked_week_names_the_condition_and_stays_readable(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = running()
    missing = Condition("objective 1.2", is_met=False, what_to_do="Do the corrective", address="/mastery/somewhere/")
    met = Condition("objective 1.1", is_met=True)
    monkeypatch.setattr(
        "curriculum.conditions.conditions", lambda _membership, modules: {one.pk: [met, missing] for one in modules}
    )
    client.force_login(world.participant.user)

    module = client.get(world.address()).content.decode()
    weeks = client.get(f"/learn/{world.cohort.slug}/").content.decode()

    assert 'objective 1.2: <a href="/mastery/somewhere/">Do the corrective</a>' in module
    assert "objective 1.1" not in module
    assert "Read this." in module
    assert "The checks are locked. Missing: objective 1.2. Do the corrective" in weeks


def test_objective_states_appear_as_shape_and_word(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = running()
    objective = world.module.objectives.get()
    monkeypatch.setattr("curriculum.objective_states.states", lambda *_: {objective.objective_id: "mastered"})
    client.force_login(world.participant.user)

    for address in (world.address(), f"/learn/{world.cohort.slug}/"):
        assert 'data-state="mastered"' in client.get(address).content.decode()


def test_panels_stand_where_they_belong(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = running()
    alerts = [
        Panel("components/_alert.html", {"message": "unused"}, place="before"),
        Panel("components/_alert.html", {"message": "unused"}),
    ]
    monkeypatch.setattr(panels, "panels", lambda _membership, _module: alerts)
    client.force_login(world.participant.user)

    shown = client.get(world.address()).content.decode()

    places = [shown.index(mark) for mark in ('id="before"', 'class="alert"', 'id="session"')]
    assert places == sorted(places)
    assert shown.rindex('class="alert"') > shown.index('id="after"')


def test_tick_and_untick_by_the_page(db: None, client: Client) -> None:
    world = running()
    client.force_login(world.participant.user)

    answer = client.post(world.address(f"tick/{world.resource.slug}/"), {"minutes_taken": "25"})

    assert answer["Location"] == f"{world.address()}#resource-{world.resource.slug}"
    assert Tick.objects.get().minutes_taken == 25
    assert "took you 25 min" in client.get(world.address()).content.decode()
    client.post(world.address(f"untick/{world.resource.slug}/"))
    assert not Tick.objects.exists()


@pytest.mark.parametrize("minutes", ["-3", "many", "99999"])
def test_tick_with_impossible_minutes_says_what_to_do(db: None, client: Client, minutes: str) -> None:
    world = running()
    client.force_login(world.participant.user)

    answer = client.post(
        world.address(f"tick/{world.resource.slug}/"),
        {"minutes_taken": minutes},
        headers={"referer": f"http://testserver{world.address()}"},
        follow=True,
    )

    assert "Say how long it took in minutes" in answer.content.decode()
    assert not Tick.objects.exists()


def test_tick_on_another_modules_resource_is_not_found(db: None, client: Client) -> None:
    world, foreign = running(), ResourceFactory.create()
    client.force_login(world.participant.user)

    assert client.post(world.address(f"tick/{foreign.slug}/")).status_code == 404
    assert client.get(world.address(f"tick/{world.resource.slug}/")).status_code == 405


def test_tick_by_a_stranger_or_mentor_leaves_nothing(db: None, client: Client) -> None:
    world = running()
    client.force_login(UserFactory.create())
    assert client.post(world.address(f"tick/{world.resource.slug}/")).status_code == 404
    client.force_login(MembershipFactory.create(cohort=world.cohort, role=Role.MENTOR).user)

    client.post(world.address(f"tick/{world.resource.slug}/"))

    assert not Tick.objects.exists()


def test_figure_is_served_as_a_picture_that_can_do_nothing(db: None, client: Client) -> None:
    world = running()
    figure = FigureFactory.create(module_version=world.module)
    client.force_login(world.participant.user)

    answer = client.get(f"/learn/figures/{figure.digest}/{figure.name}")

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "immutable" in answer["Cache-Control"]


def test_figure_is_not_for_strangers(db: None, client: Client) -> None:
    figure = FigureFactory.create(module_version=running().module)
    client.force_login(running().participant.user)

    assert client.get(f"/learn/figures/{figure.digest}/{figure.name}").status_code == 404


def test_own_weeks_lead_to_the_cohort_one_studies_in(db: None, client: Client) -> None:
    older, world = running(), running(starts_on=datetime(2026, 10, 5, tzinfo=UTC).date())
    person = world.participant.user
    MembershipFactory.create(cohort=older.cohort, user=person, role=Role.MENTOR)
    client.force_login(person)

    assert client.get("/learn/")["Location"] == f"/learn/{world.cohort.slug}/"
    client.force_login(UserFactory.create())
    assert client.get("/learn/").status_code == 404


def test_cohort_without_a_pack_shows_what_will_appear(db: None, client: Client) -> None:
    joined = MembershipFactory.create()
    client.force_login(joined.user)

    assert "No weeks yet" in client.get(f"/learn/{joined.cohort.slug}/").content.decode()


def test_first_view_of_a_week_stays_small(db: None, client: Client) -> None:
    world = running(rows=8)
    world.module.before_html = "<p>" + " ".join(str(number) for number in range(20_000)) + "</p>"
    world.module.save()
    client.force_login(world.participant.user)

    answer = client.get(world.address(), headers={"accept-encoding": "gzip"})

    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < 60_000


def test_conditions_with_one_way_out_name_it_once(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = running()
    missing = [
        Condition(f"objective 1.{number}", is_met=False, what_to_do="Start form A", address="/mastery/somewhere/")
        for number in (1, 2)
    ]
    monkeypatch.setattr(
        "curriculum.conditions.conditions", lambda _membership, modules: {one.pk: missing for one in modules}
    )
    client.force_login(world.participant.user)

    module = client.get(world.address()).content.decode()

    assert 'objective 1.1, objective 1.2: <a href="/mastery/somewhere/">Start form A</a>' in module


@pytest.mark.parametrize("tail", ["", "module"])
def test_an_old_address_leads_a_deferred_person_on(db: None, client: Client, tail: str) -> None:
    world, other, third = running(), CohortFactory.create(), CohortFactory.create()
    loading.adopt(third, world.module.version, by=None)
    moved = membership.defer(world.participant, other, by=world.organizer, reason="Exams.")
    membership.defer(moved, third, by=world.organizer, reason="More exams.")
    client.force_login(world.participant.user)
    place = f"{world.module.module.slug}/" if tail else ""

    answer = client.get(f"/learn/{world.cohort.slug}/{place}", follow=True)

    assert answer.redirect_chain == [(f"/learn/{third.slug}/{place}", 302)]
    assert f"You moved to {third}" in answer.content.decode()


def test_an_old_address_stays_closed_after_a_withdrawal(db: None, client: Client) -> None:
    world = running()
    membership.withdraw(world.participant, by=world.organizer, reason="Moved away.")
    client.force_login(world.participant.user)

    assert client.get(world.address()).status_code == 404
