import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from applicants import throttle, uploads
from applicants.choices import ApplicationState, DecisionCode, OfferState
from applicants.models import Application, Revision, Upload
from applicants.return_links import token_of
from tests.factories.applicants import ANSWERS, ApplicationFactory, DecisionFactory, OfferFactory, RoundFactory
from tests.factories.people import UserFactory
from whitebox.outbox.models import Letter

PERSON = {"name": "Ana", "email": "ana@example.test", "zone": "Asia/Manila", "website": "", "via": "dlsu"}


def page(name: str, application: Application, *more: str) -> str:
    return reverse(f"applicants:{name}", args=[token_of(application), *more])


@pytest.mark.parametrize("rows", [1, 3])
def test_landing_query_count(db: None, client: Client, django_assert_num_queries: Any, rows: int) -> None:
    RoundFactory.create_batch(rows)
    with django_assert_num_queries(
        2
    ):  # the rounds with their cohorts, and once a process what the first one's form says
        client.get("/")

    with django_assert_num_queries(1):
        response = client.get("/")

    openings = response.context["openings"]
    assert openings.now is not None
    assert len(openings.others) == rows - 1


def test_landing_without_a_round_says_so(db: None, client: Client) -> None:
    assert "No round is open now" in client.get("/").content.decode()


def test_landing_sends_the_signed_in_home_unless_they_stay(db: None, client: Client) -> None:
    client.force_login(UserFactory.create())

    assert client.get("/").headers["Location"] == reverse("web:home")
    assert client.get("/?stay").status_code == 200


def test_start_answers_the_same_for_a_known_and_a_new_address(letters: None, client: Client) -> None:
    round_ = RoundFactory.create()
    ApplicationFactory.create(round=round_, parts__email=PERSON["email"])
    address = reverse("applicants:start", args=[round_.slug])

    known = client.post(address, PERSON)
    new = client.post(address, PERSON | {"email": "new@example.test"})

    assert (known.status_code, known.headers["Location"]) == (new.status_code, new.headers["Location"])
    assert client.get(known.headers["Location"]).content == client.get(new.headers["Location"]).content
    assert Application.objects.count() == 2
    assert {letter.address for letter in Letter.objects.all()} == {"ana@example.test", "new@example.test"}


def test_start_lets_a_machine_believe_it_worked(letters: None, client: Client) -> None:
    address = reverse("applicants:start", args=[RoundFactory.create().slug])

    response = client.post(address, PERSON | {"website": "https://spam.test"})

    assert response.status_code == 302
    assert not Application.objects.exists()


def test_start_stops_sending_links_to_one_address(letters: None, client: Client) -> None:
    address = reverse("applicants:start", args=[RoundFactory.create().slug])

    sent = [PERSON | {"email": f"ana+{number}@example.test"} for number in range(5)]
    answers = [client.post(address, one).status_code for one in sent]

    assert answers == [302, 302, 302, 302, 200]


def test_start_of_a_closed_round_says_when_it_closed(db: None, client: Client) -> None:
    round_ = RoundFactory.create(closes_at=timezone.now() - timedelta(hours=1))

    assert "is closed" in client.get(reverse("applicants:start", args=[round_.slug])).content.decode()


def test_a_wrong_token_finds_nothing(db: None, client: Client) -> None:
    names = ("status", "identity", "check")

    assert {client.get(reverse(f"applicants:{name}", args=["0" * 48])).status_code for name in names} == {404}


def test_pages_with_a_token_are_kept_out_of_caches_and_search(db: None, client: Client) -> None:
    response = client.get(page("status", ApplicationFactory.create()))

    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_the_walk_from_the_letter_to_the_receipt(letters: None, client: Client) -> None:
    client.post(reverse("applicants:start", args=[RoundFactory.create().slug]), PERSON)
    link = re.search(r"http://\S+?/application/(\w+)/", Letter.objects.get().text)
    assert link is not None
    token = link.group(1)

    identity = {"name": "Ana", "school": "", "zone": "Asia/Tokyo", "links": ""}
    to_reasons = client.post(reverse("applicants:identity", args=[token]), identity).headers["Location"]
    to_practical = client.post(to_reasons, {"why": ANSWERS["why"], "python": "some"}).headers["Location"]
    to_check = client.post(to_practical, {"hours": "12"}).headers["Location"]
    key = client.get(to_check).context["key"]
    done = [client.post(to_check, {"key": key}, follow=True) for _twice in range(2)]

    assert [response.status_code for response in done] == [200, 200]
    assert "Being read" in done[0].content.decode()
    assert (Application.objects.count(), Revision.objects.count()) == (1, 1)
    assert sorted(letter.kind for letter in Letter.objects.all()) == ["application-link", "application-receipt"]


def test_a_section_saves_what_is_wrong_and_says_so(db: None, client: Client) -> None:
    application = ApplicationFactory.create(state=ApplicationState.DRAFT, parts__answers={})

    response = client.post(page("section", application, "reasons"), {"why": "word " * 25})

    application.draft.refresh_from_db()
    text = response.content.decode()
    assert application.draft.answers["why"] == ("word " * 25).strip()
    assert "Your answers are saved" in text
    assert "25 words and the limit is 20" in text


def test_a_section_saves_in_the_background(db: None, client: Client) -> None:
    application = ApplicationFactory.create(state=ApplicationState.DRAFT, parts__answers={})

    response = client.post(page("section", application, "reasons"), {"why": "Half a", "autosave": "1"})

    application.draft.refresh_from_db()
    assert (response.status_code, application.draft.answers["why"]) == (204, "Half a")


def test_times_are_those_of_the_applicant_and_of_the_round(db: None, client: Client) -> None:
    application = ApplicationFactory.create(state=ApplicationState.DRAFT, parts__zone="Asia/Tokyo")

    pages = [client.get(page("status", application)), client.get(page("section", application, "reasons"))]

    assert all(re.search(r"Manila</time> \([^)]*your time\)", shown.content.decode()) for shown in pages)


def test_signs_that_no_database_keeps_do_not_break_the_form(db: None, client: Client) -> None:
    application = ApplicationFactory.create(state=ApplicationState.DRAFT, parts__answers={})

    client.post(page("section", application, "reasons"), {"why": "a\x00b\x08c", "python": "some"})

    application.draft.refresh_from_db()
    assert application.draft.answers["why"] == "abc"


@pytest.mark.parametrize(("size", "is_kept"), [(uploads.LARGEST, True), (uploads.LARGEST + 1, False)])
def test_a_file_has_ten_megabytes_at_most(
    db: None, client: Client, settings: Settings, tmp_path: Path, size: int, is_kept: bool
) -> None:
    settings.MEDIA_ROOT = tmp_path
    application = ApplicationFactory.create(state=ApplicationState.DRAFT)
    file = SimpleUploadedFile("work.pdf", b"%PDF-1.7".ljust(size), content_type="application/pdf")

    client.post(page("section", application, "practical"), {"hours": "12", "work": file})

    assert Upload.objects.exists() == is_kept


def test_each_question_says_when_only_organizers_read_it(db: None, client: Client) -> None:
    application = ApplicationFactory.create(state=ApplicationState.DRAFT)

    shown = [client.get(page("section", application, name)).content.decode() for name in ("reasons", "practical")]

    assert ["Only the organizers read this." in text for text in shown] == [False, True]


def test_the_status_page_says_which_stages_come(db: None, client: Client) -> None:
    application = ApplicationFactory.create(round__answer_by=timezone.now() + timedelta(days=30))

    way = client.get(page("status", application)).context["way"]
    DecisionFactory.create(application=application, released_at=timezone.now(), code=DecisionCode.DECLINE)

    assert [(one.title, one.is_here) for one in way] == [("Being read", True), ("Interview", False)]
    assert client.get(page("status", application)).context["way"] == []


def test_check_names_what_is_missing(db: None, client: Client) -> None:
    application = ApplicationFactory.create(state=ApplicationState.DRAFT, parts__answers={"why": "Yes."})

    response = client.get(page("check", application))

    assert [problem.question.slug for problem in response.context["problems"]] == ["python", "hours"]
    assert "Submit my application" not in response.content.decode()


def test_a_pdf_is_kept_under_a_random_name_and_comes_back_as_a_download(db: None, client: Client) -> None:
    application = ApplicationFactory.create(state=ApplicationState.DRAFT)
    file = SimpleUploadedFile("Ana Reyes CV.pdf", b"%PDF-1.7 content", content_type="application/pdf")

    client.post(page("section", application, "practical"), {"hours": "12", "work": file})
    response = client.get(page("file", application, "work"))

    upload = Upload.objects.get()
    assert "Ana" not in str(upload.file.name)
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(response) == b"%PDF-1.7 content"


def test_what_only_says_it_is_a_pdf_is_refused_and_the_rest_is_kept(db: None, client: Client) -> None:
    application = ApplicationFactory.create(state=ApplicationState.DRAFT, parts__answers={})
    file = SimpleUploadedFile("paper.pdf", b"<script>", content_type="application/pdf")

    response = client.post(page("section", application, "practical"), {"hours": "12", "work": file})

    application.draft.refresh_from_db()
    assert "This is not a PDF" in response.content.decode()
    assert application.draft.answers["hours"] == "12"
    assert not Upload.objects.exists()


@pytest.mark.parametrize("code", DecisionCode.values)
def test_status_shows_nothing_of_a_decision_before_its_release(db: None, client: Client, code: str) -> None:
    application = ApplicationFactory.create()
    before = client.get(page("status", application)).content

    DecisionFactory.create(application=application, code=code)

    without_token = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')
    after = client.get(page("status", application)).content
    assert without_token.sub(b"", before) == without_token.sub(b"", after)
    assert client.post(page("offer", application), {"answer": "accept"}).status_code == 404


def test_an_offer_is_answered_on_the_status_page(letters: None, client: Client) -> None:
    offer = OfferFactory.create()
    address = page("offer", offer.application)

    shown = client.get(page("status", offer.application)).content.decode()
    assert "change my answers" not in shown
    answers = [client.post(address, {"answer": "accept"}, follow=True).content.decode() for _twice in range(2)]

    offer.refresh_from_db()
    assert "Accept the place" in shown
    assert "You are in" in answers[1]
    assert reverse("account_request_login_code") in answers[1]
    assert offer.state == OfferState.ACCEPTED


def test_an_offer_is_given_back_only_with_the_box_ticked(letters: None, client: Client) -> None:
    offer = OfferFactory.create()
    address = page("offer", offer.application)

    client.post(address, {"answer": "decline"})
    offer.refresh_from_db()
    unsure = offer.state
    client.post(address, {"answer": "decline", "sure": "on"})

    offer.refresh_from_db()
    assert (unsure, offer.state) == (OfferState.OPEN, OfferState.DECLINED)


def test_withdraw_needs_the_box(db: None, client: Client) -> None:
    application = ApplicationFactory.create()

    client.post(page("withdraw", application), {})
    application.refresh_from_db()
    unsure = application.state
    response = client.post(page("withdraw", application), {"sure": "on"}, follow=True)

    assert unsure == ApplicationState.SUBMITTED
    assert "You withdrew this application" in response.content.decode()


def test_the_limit_of_a_network_counts_what_our_proxy_saw(rf: RequestFactory, settings: Settings) -> None:
    invented = rf.get("/", headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"})

    direct = throttle.network_of(invented)
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    assert (direct, throttle.network_of(invented)) == ("127.0.0.1", "198.51.100.7")
