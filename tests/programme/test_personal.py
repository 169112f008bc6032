"""One person over all apps, by the verbs and by the command."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from applicants.choices import ApplicationState
from applicants.models import Application, Identity
from tests.factories.applicants import ApplicationFactory, DecisionFactory
from tests.factories.outbox import LetterFactory
from tests.factories.people import MembershipFactory
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter
from whitebox.people import contact, policies
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import ContactNote, Membership, Signature, User
from whitebox.people.subjects import subject_of
from whitebox.programme import sweeps


def run(*arguments: str) -> tuple[dict[str, Any], bool]:
    out = StringIO()
    try:
        call_command("privacy", *arguments, stdout=out)
    except CommandError:
        return json.loads(out.getvalue()), False
    return json.loads(out.getvalue()), True


@pytest.fixture
def former(db: None) -> Membership:
    member: Membership = MembershipFactory.create(
        user__email="ana@example.test", user__name="Ana", state=MembershipState.WITHDRAWN
    )
    organizer = MembershipFactory.create(cohort=member.cohort, role=Role.ORGANIZER).user
    contact.note(member, "She told us about Zanzibar.", by=organizer, is_shared=True)
    contact.note(member, "In confidence.", by=organizer)
    contact.take_back(contact.note(member, "Taken back.", by=organizer, is_shared=True), by=organizer)
    LetterFactory.create(
        recipient=member.user, address="ana@example.test", state=LetterState.SENT, sent_at=timezone.now()
    )
    ApplicationFactory.create(parts__email="Ana+x@example.test", parts__answers={"why": "Because of Zanzibar."})
    return member


def sign(member: Membership) -> None:
    version = policies.publish("conduct", title="Conduct", required_for=[], label="1", source="Be kind.", html="")
    policies.sign(version, by=member.user)


def test_an_export_holds_what_is_stored_by_app_and_kind(former: Membership) -> None:
    sign(former)
    DecisionFactory.create(application=Application.objects.get(), reason="pending secret")

    found, _ok = run("export", "ANA@example.test")

    data = found["data"]
    assert set(data) == {"applicants", "outbox", "people"}
    assert data["applicants"]["applications"][0]["submitted_answers"][0]["answers"]["why"] == "Because of Zanzibar."
    assert data["people"]["signatures"][0]["version__label"] == "1"
    assert [note["text"] for note in data["people"]["shared_notes"]] == ["She told us about Zanzibar."]
    assert "secret" not in json.dumps(found)
    assert "In confidence" not in json.dumps(found)


def test_erasing_takes_all_that_no_duty_keeps_and_twice_takes_nothing_more(former: Membership) -> None:
    first, ok = run("erase", "ana@example.test", "--json")
    again, ok_again = run("erase", "ana@example.test", "--json")
    user = User.objects.get(pk=former.user_id)

    assert (ok, ok_again) == (True, True)
    assert first["erased"]["applicants: applications"] == 1
    assert first["erased"]["people: contact notes"] == 3
    assert first["erased"]["people: account"] == 1
    assert (user.name, user.is_active, user.email) == ("", False, f"erased-{user.pk}@erased.invalid")
    assert Application.objects.get().state == ApplicationState.WITHDRAWN
    assert Identity.objects.get().name == ""
    assert Letter.objects.get(kind=Letter.objects.first().kind).text == ""  # type: ignore[union-attr]  # made above
    assert not ContactNote.objects.exists()
    assert [one["what"] for one in first["kept"]] == ["memberships"]
    assert again["erased"] == {}
    assert run("export", "ana@example.test")[0]["data"] == {}


def test_signatures_keep_name_and_address_and_it_says_so(former: Membership) -> None:
    sign(former)

    found, ok = run("erase", "ana@example.test", "--json")

    former.user.refresh_from_db()
    kept = {one["what"]: one["count"] for one in found["kept"]}
    assert ok
    assert kept == {"signatures": 1, "name and address of the account": 1, "memberships": 1}
    assert all(one["reason"] for one in found["kept"])
    assert (former.user.name, former.user.is_active) == ("Ana", False)
    assert Signature.objects.count() == 1
    assert not ContactNote.objects.exists()


def test_somebody_who_takes_part_is_refused_with_nothing_erased(former: Membership) -> None:
    active = MembershipFactory.create(user=former.user)

    found, ok = run("erase", "ana@example.test", "--json")

    assert not ok
    assert active.cohort.title in found["refused"][0]
    assert (found["erased"], ContactNote.objects.count()) == ({}, 3)
    assert Identity.objects.get().name == "Ana Applicant"


def test_a_stranger_has_nothing(db: None) -> None:
    out = StringIO()
    call_command("privacy", "erase", "nobody@example.test", stdout=out)

    assert "Nothing is stored" in out.getvalue()
    assert run("export", "nobody@example.test")[0]["data"] == {}


def test_a_further_address_leads_to_the_account(former: Membership) -> None:
    from allauth.account.models import EmailAddress  # noqa: PLC0415

    EmailAddress.objects.create(user=former.user, email="ana@work.test", verified=True)

    assert subject_of("Ana@Work.test ").user == former.user


def test_retention_of_one_app_does_not_stop_the_next(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from whitebox.outbox import privacy  # noqa: PLC0415

    def broken(_now: object) -> int:
        raise OSError

    monkeypatch.setattr(privacy.PRIVACY, "retain", broken)

    assert sweeps.SWEEPS[0](timezone.now()) == 0
    assert "retention of outbox broke" in caplog.text
