from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.factories.outbox import LetterTemplateFactory
from tests.factories.people import UserFactory
from whitebox.outbox import letters, preferences
from whitebox.outbox.letters import Request
from whitebox.outbox.models import Muted

OPTIONAL, DUTY = "idle-nudge", "idle-mentor"


def test_kinds_that_are_switched_off_are_not_written(db: None) -> None:
    reader, other = UserFactory.create_batch(2)
    for kind in (OPTIONAL, DUTY):
        LetterTemplateFactory.create(kind=kind)
    preferences.choose(reader, [])

    made = letters.queue_all(
        [Request(kind, f"{kind}:{to.pk}", to) for kind in (OPTIONAL, DUTY) for to in (reader, other)]
    )

    assert made == 3


def test_choosing_twice_changes_nothing_and_duties_stay_on(db: None) -> None:
    reader = UserFactory.create()

    for _twice in range(2):
        preferences.choose(reader, ["weekly-mail"])

    assert preferences.muted(reader) == preferences.optional().keys() - {"weekly-mail"}
    preferences.choose(reader, preferences.optional())
    assert not Muted.objects.exists()


def test_duties_ask_nothing(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert preferences.unwanted([(1, DUTY)]) == set()


def test_choice_is_made_on_a_page(db: None, client: Client) -> None:
    reader = UserFactory.create()
    client.force_login(reader)

    client.post(reverse("web:letters"), {"weekly-mail": "on"})

    page = " ".join(client.get(reverse("web:letters")).content.decode().split())
    assert 'name="weekly-mail" value="on" checked' in page
    assert page.count(" checked") == 1


def test_every_optional_kind_has_a_wording_in_the_shipped_pack() -> None:
    shipped = {path.stem for path in (settings.BASE_DIR / "whitebox/packs/mechinterp/letters").glob("*.md")}

    assert preferences.optional().keys() <= shipped
