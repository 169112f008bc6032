"""What a role may do with an application depends on the stage it is at. One row for each page and state of things.

The pages of one application, for everybody who could have to do with it, at each stage and after each end. What the
table does not name gets the refusal of its column's door.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django.fixtures import Settings

from applicants import conflicts, return_links
from applicants.appointments import HandIn
from applicants.choices import ApplicationState, AssignmentState, ConflictOrigin, StageKind
from applicants.models import Application, Round, Upload
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import ApplicationFactory, AssignmentFactory, ReviewerFactory, RoundFactory
from tests.factories.appointments import BookingFactory, InterviewSlotFactory, WorkTestFactory, stage_of
from tests.factories.people import CohortFactory, MembershipFactory
from tests.pdfs import PDF
from whitebox.people.choices import Role
from whitebox.people.models import User


class Who(StrEnum):
    APPLICANT = "the applicant, by their link"
    READER = "a reviewer with a reading of this stage"
    EARLIER = "a reviewer with a reading of another stage"
    IDLE = "a reviewer without a reading of it"
    BARRED = "a reviewer with a conflict"
    ORGANIZER = "an organizer of the round"
    BARRED_ORGANIZER = "an organizer with a conflict"
    AWAY = "an organizer of another cohort"
    MENTOR = "a mentor of the cohort"


class When(StrEnum):
    DRAFT = "draft"
    SCREEN = "being read"
    WORK_TEST = "at the work test"
    INTERVIEW = "at the interview"
    WITHDRAWN = "withdrawn"


W, T = Who, When
BEFORE_THE_END = {T.SCREEN, T.WORK_TEST, T.INTERVIEW}
SENT = BEFORE_THE_END | {T.WITHDRAWN}
# Page, who gets it, when. Whoever is not named gets nothing; nobody gets it at another time.
PAGES: Mapping[str, Mapping[Who, set[When]]] = {
    "applicants:status": {W.APPLICANT: set(When)},
    "applicants:identity": {W.APPLICANT: {T.DRAFT, *BEFORE_THE_END}},
    "applicants:check": {W.APPLICANT: {T.DRAFT, *BEFORE_THE_END}},
    "applicants:work_test": {W.APPLICANT: {T.WORK_TEST}},
    "applicants:interview": {W.APPLICANT: {T.INTERVIEW}},
    "applicants:interview_file": {W.APPLICANT: {T.INTERVIEW}},
    "admin:applicants_desk_read": {W.READER: BEFORE_THE_END},
    "admin:applicants_desk_work": {W.READER: {T.WORK_TEST}},
    "admin:applicants_answers": {W.ORGANIZER: SENT},
    "admin:applicants_dossier": {W.ORGANIZER: SENT},
}
# Pages of the round, exports among them, whose content depends on the stage: who finds the application's code there.
LISTS: Mapping[str, Mapping[Who, set[When]]] = {
    "admin:applicants_desk": {W.READER: BEFORE_THE_END},
    "admin:applicants_interviews": {W.READER: {T.INTERVIEW}},
    "admin:applicants_pipeline": {W.ORGANIZER: SENT, W.BARRED_ORGANIZER: SENT},
    "admin:applicants_work_tests": {W.ORGANIZER: {T.WORK_TEST}},
    "admin:applicants_round_interviews": {W.ORGANIZER: {T.INTERVIEW}},
}
OF_NO_ROUND = {"admin:applicants_desk", "admin:applicants_interviews"}


@dataclass
class Case:
    application: Application
    clients: dict[Who, Client] = field(default_factory=dict)


@dataclass
class Grounds:
    round: Round
    folder: Path
    cases: dict[When, Case] = field(default_factory=dict)


@pytest.fixture(scope="module")
def module_grounds(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Grounds]:
    folder = tmp_path_factory.mktemp("stages")
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MEDIA_ROOT=folder):
        yield _grounds(folder)
        transaction.set_rollback(True)


@pytest.fixture
def grounds(module_grounds: Grounds, db: None, settings: Settings) -> Grounds:
    settings.MEDIA_ROOT = module_grounds.folder
    return module_grounds


def _grounds(folder: Path) -> Grounds:
    round_ = RoundFactory.create()
    made = Grounds(round_, folder)
    for when in When:
        made.cases[when] = _case(round_, when)
    return made


def _case(round_: Round, when: When) -> Case:
    application = _application(round_, when)
    case = Case(application, {Who.APPLICANT: Client()})
    people: dict[Who, User] = {}
    stage = application.stage or stage_of(round_, StageKind.WORK_TEST)
    reader = ReviewerFactory.create(round=round_)
    if when == When.INTERVIEW:
        BookingFactory.create(
            slot=InterviewSlotFactory.create(round=round_, interviewer=reader), application=application
        )
    is_live = when in BEFORE_THE_END
    AssignmentFactory.create(
        application=application,
        reviewer=reader,
        stage=stage,
        state=AssignmentState.OPEN if is_live else AssignmentState.DECLINED,
    )
    earlier, barred = ReviewerFactory.create(round=round_), ReviewerFactory.create(round=round_)
    other = round_.form.stages.exclude(pk=stage.pk).order_by("position")[0]
    AssignmentFactory.create(application=application, reviewer=earlier, stage=other, state=AssignmentState.DONE)
    AssignmentFactory.create(application=application, reviewer=barred, stage=stage)
    conflicts.record(barred, application, origin=ConflictOrigin.DECLARED)
    own = organizer_of(round_.cohort)
    conflicts.record(
        ReviewerFactory.create(round=round_, membership=own.memberships.get()),
        application,
        origin=ConflictOrigin.PINNED,
    )
    people |= {Who.READER: reader.membership.user, Who.EARLIER: earlier.membership.user}
    people |= {Who.BARRED: barred.membership.user, Who.IDLE: ReviewerFactory.create(round=round_).membership.user}
    people |= {Who.ORGANIZER: organizer_of(round_.cohort), Who.BARRED_ORGANIZER: own}
    people |= {Who.AWAY: organizer_of(CohortFactory.create())}
    people |= {Who.MENTOR: MembershipFactory.create(cohort=round_.cohort, role=Role.MENTOR).user}
    for who, user in people.items():
        case.clients[who] = Client()
        case.clients[who].force_login(user)
    return case


def _application(round_: Round, when: When) -> Application:
    if when == When.DRAFT:
        return ApplicationFactory.create(round=round_, state=ApplicationState.DRAFT)
    if when == When.WORK_TEST:
        test = WorkTestFactory.create(
            application=ApplicationFactory.create(round=round_, stage=stage_of(round_, StageKind.WORK_TEST))
        )
        upload = Upload(application=test.application, question="work-test", filename="ana.pdf", size=9)
        upload.file = SimpleUploadedFile("ana.pdf", PDF)
        upload.save()
        HandIn.objects.create(work_test=test, number=1, upload=upload, key=test.application.token_nonce)
        return test.application
    if when == When.INTERVIEW:
        return ApplicationFactory.create(round=round_, stage=stage_of(round_, StageKind.INTERVIEW))
    application = ApplicationFactory.create(round=round_)
    if when == When.WITHDRAWN:
        Application.objects.filter(pk=application.pk).update(state=ApplicationState.WITHDRAWN)
    return application


def _address(name: str, application: Application) -> str:
    is_own = name.startswith("applicants:")
    return reverse(name, args=[return_links.token_of(application) if is_own else application.code])


@pytest.mark.parametrize("when", When)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_an_application_opens_to_whom_and_when_the_table_says(
    grounds: Grounds, name: str, when: When
) -> None:
    case = grounds.cases[when]
    address = _address(name, case.application)
    # Whoever has the link of an application is its applicant, so only the applicant is asked for these.
    asked = [Who.APPLICANT] if name.startswith("applicants:") else [one for one in Who if one != Who.APPLICANT]

    found = {who: _opens(case.clients[who], address) for who in asked}

    assert found == {who: when in PAGES[name].get(who, set()) for who in asked}


@pytest.mark.parametrize("when", When)
@pytest.mark.parametrize("name", LISTS)
def test_a_list_names_an_application_to_whom_and_when_the_table_says(grounds: Grounds, name: str, when: When) -> None:
    case = grounds.cases[when]
    address = reverse(name, args=[] if name in OF_NO_ROUND else [grounds.round.slug])
    asked = [one for one in Who if one != Who.APPLICANT]

    found = {who: case.application.code in _text(case.clients[who], address) for who in asked}

    assert found == {who: when in LISTS[name].get(who, set()) for who in asked}


def _opens(client: Client, address: str) -> bool:
    with transaction.atomic():
        response = client.get(address)
        response.getvalue()  # Read to its end, a file closes itself.
        transaction.set_rollback(True)
    client.cookies.pop("messages", None)  # A refusal names the application, and the next page would show it.
    return response.status_code == 200


def _text(client: Client, address: str) -> str:
    with transaction.atomic():
        response = client.get(address)
        transaction.set_rollback(True)
    return response.content.decode() if response.status_code == 200 else ""
