import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from applicants import calibrating, decisions, disagreements, dossiers
from applicants.choices import DecisionCode
from applicants.judgements import Decision, ReviewEdit
from applicants.models import Application, Round
from applicants.records import Dossier
from tests.applicants.conftest import organizer_of
from tests.applicants.readings import judge
from tests.factories.applicants import ApplicationFactory, ReviewerFactory, RoundFactory
from whitebox.outbox.models import Letter


@pytest.fixture
def round_(letters: None) -> Round:
    return RoundFactory.create(places=2)


@pytest.fixture
def judged(round_: Round) -> list[Application]:
    """Six applications, read by three people, with a fit."""
    reviewers = [ReviewerFactory.create(round=round_) for _ in range(3)]
    found = [ApplicationFactory.create(round=round_) for _ in range(6)]
    for place, application in enumerate(found):
        for turn, reviewer in enumerate(reviewers):
            judge(application, reviewer, min(5, 1 + (place + turn) % 3 + place // 3))
    assert calibrating.refit(round_.pk, "screen") is not None
    return found


def released(application: Application, round_: Round) -> Decision:
    organizer = organizer_of(round_.cohort)
    assert application.stage is not None
    disagreements.note(application, application.stage, "Looked at together.", by=organizer)
    decision = decisions.decide(application, DecisionCode.DECLINE, reason="Below the cut.", by=organizer)
    decisions.release([decision], by=organizer)
    return decision


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("dossier", *arguments, stdout=out)
    return out.getvalue()


def test_a_dossier_is_computed_again_to_the_same_numbers(round_: Round, judged: list[Application]) -> None:
    decision = released(judged[0], round_)

    dossier = Dossier.objects.get(decision=decision)
    said = dossier.content

    assert dossiers.differences(dossier) == []
    assert (len(said["scores"]), said["calibration"]["places"], said["decision"]["reason"]) == (3, 2, "Below the cut.")
    assert 0 <= said["calibration"]["p_top"] <= 1
    assert dossier.letter_digest == dossiers.letter_digest(Letter.objects.get())
    assert "computed again: the same" in command(judged[0].code, "--verify")
    assert json.loads(command(judged[0].code, "--json"))[0]["digest"] == dossier.digest


def test_what_comes_after_a_decision_changes_nothing_in_its_dossier(round_: Round, judged: list[Application]) -> None:
    decision = released(judged[0], round_)
    first = Dossier.objects.get(decision=decision)
    judge(judged[0], ReviewerFactory.create(round=round_), 5)
    assert calibrating.refit(round_.pk, "screen") is not None
    second = released(judged[1], round_)

    assert first.calibration != Dossier.objects.get(decision=second).calibration
    assert dossiers.differences(first) == []
    assert len(dossiers.of_application(judged[0])) == 1


def test_a_dossier_without_a_fit_says_so(round_: Round) -> None:
    decision = released(ApplicationFactory.create(round=round_), round_)

    dossier = Dossier.objects.get(decision=decision)
    assert (dossier.content["calibration"], dossiers.differences(dossier)) == (None, [])


@pytest.mark.parametrize("what", ["content", "score", "seed", "reason", "letter", "model"])
def test_any_difference_is_told_and_fails(
    round_: Round, judged: list[Application], what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision = released(judged[0], round_)
    dossier = Dossier.objects.get(decision=decision)
    if what == "content":
        dossier.content["calibration"]["p_top"] = 0.5
        dossier.save()
    elif what == "score":
        ReviewEdit.objects.filter(pk=dossier.content["scores"][0]["edit"]).update(total="4.900")
    elif what == "seed":
        assert dossier.calibration is not None
        dossier.calibration.seed += 1
        dossier.calibration.save()
    elif what == "reason":
        Decision.objects.update(reason="Another one.")
    elif what == "letter":
        Letter.objects.update(text="Other words.")
    else:
        monkeypatch.setattr("applicants.computation.MODEL_VERSION", "another-1")

    with pytest.raises(CommandError, match="differences") as failed:
        command(judged[0].code, "--verify")

    assert failed.value.returncode == 1


@pytest.mark.parametrize("code", ["WB-NONE", ""])
def test_the_command_fails_where_there_is_nothing(round_: Round, code: str) -> None:
    undecided = ApplicationFactory.create(round=round_)

    with pytest.raises(CommandError):
        command(code or undecided.code)


@pytest.mark.parametrize(("chance", "words"), [(0.0, "below 0.001"), (0.4567, "0.457"), (1.0, "above 0.999")])
def test_a_chance_is_not_shown_as_none_or_certain(
    round_: Round, judged: list[Application], client: Client, chance: float, words: str
) -> None:
    decision = released(judged[0], round_)
    dossier = Dossier.objects.get(decision=decision)
    dossier.content["calibration"]["p_top"] = chance
    dossier.save()
    client.force_login(organizer_of(round_.cohort))

    page = client.get(reverse("admin:applicants_dossier", args=[judged[0].code])).content.decode()

    assert f"<dd>{words}" in page
