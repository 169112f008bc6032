"""What a decision rested on, kept when it is made, and computed again from the rows to the same numbers.

The content holds keys and figures, no names: it outlives the erasure of the person.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from applicants import calibrating, computation, letters, scores
from applicants.calibrations import Calibration, Summary
from applicants.judgements import Decision, Reconciliation, ReviewEdit
from applicants.models import Application
from applicants.procedures import Criterion, FormVersion
from applicants.records import Dossier
from applicants.scores import Score
from whitebox.outbox.models import Letter

FORMAT = 1
DIGITS = 9  # to which a fit on another machine is the same
FIGURES = ("adjusted", "se", "p_top", "p_bar", "expected_rank")
TERMS = ("model", "seed", "draws", "places", "scores_hash", "reviews", "versions")
Content = dict[str, Any]


def keep(decision: Decision) -> Dossier:
    """Write down what a decision rests on now, inside the transaction that makes it. Twice returns the first."""
    present = Dossier.objects.filter(decision=decision).first()
    if present is not None:
        return present
    application = Application.objects.select_related("round__cohort", "form__version", "stage").get(
        pk=decision.application_id
    )
    summary = Summary.objects.filter(application=application, stage=application.stage_id).first()
    calibration = summary.calibration if summary else None
    found = scores.counting(ReviewEdit.objects.filter(review__assignment__application=application))
    content = {
        "format": FORMAT,
        "decision": _decision(decision),
        "application": application.code,
        "round": application.round.slug,
        "stage": application.stage.slug if application.stage else "",
        "form": _form(application),
        "scores": _scores(found),
        "reconciliations": _notes(Reconciliation.objects.filter(application=application)),
        "calibration": _calibration(calibration, summary) if calibration and summary else None,
    }
    return Dossier.objects.create(decision=decision, calibration=calibration, content=content, digest=digest(content))


def _decision(decision: Decision) -> Content:
    return {
        "id": decision.pk,
        "code": decision.code,
        "reason": decision.reason,
        "encouragement": decision.encouragement,
        "by": decision.by_id,  # empty: the waiting list
        "at": decision.at.isoformat(),
        "supersedes": decision.supersedes_id,
    }


def _form(application: Application) -> Content:
    """Return which rules applied: the pack, the version of the form, and the rubric of each stage by its hash."""
    return {
        "pack": application.form.version.pack,
        "pack_version": application.form.version.number,
        "number": application.form.number,
        "rubrics": rubrics(application.form),
    }


def rubrics(form: FormVersion) -> dict[str, str]:
    """Return the SHA-256 of each rubric of a form: slugs, weights and what each level says."""
    found: dict[str, list[Content]] = {}
    rows = Criterion.objects.filter(rubric__form=form).select_related("rubric").order_by("rubric__slug", "position")
    for one in rows:
        said = {"slug": one.slug, "title": one.title, "weight": one.weight, "levels": one.levels, "tier": one.is_tier}
        found.setdefault(one.rubric.slug, []).append(said | {"guidance": one.guidance})
    return {slug: digest(some) for slug, some in found.items()}


def _scores(found: Sequence[Score]) -> list[Content]:
    return [
        {
            "edit": one.edit,
            "reviewer": one.reviewer,
            "stage": one.stage,
            "total": str(one.total),
            "levels": dict(one.levels),
        }
        for one in sorted(found, key=lambda one: one.edit)
    ]


def _notes(found: QuerySet[Reconciliation]) -> list[Content]:
    return [{"id": one.pk, "by": one.by_id, "hash": _hash(one.text)} for one in found.order_by("pk")]


def _calibration(calibration: Calibration, summary: Summary) -> Content:
    terms = {name: getattr(calibration, name) for name in TERMS}
    figures = {name: getattr(summary, name) for name in FIGURES}
    # Reviews came in since the fit: the figures are of before.
    is_stale = summary.scores_hash != summary.fitted_hash
    return {
        "id": calibration.pk,
        "bar": str(calibration.bar),
        **terms,
        **figures,
        "tier": summary.tier,
        "is_stale": is_stale,
    }


def digest(content: object) -> str:
    """Return the SHA-256 of content, the same whatever the order of its keys."""
    return _hash(json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def seal(decision: Decision, letter: Letter) -> None:
    """Add the hash of the letter once it is made. It is written once."""
    Dossier.objects.filter(decision=decision, letter_digest="").update(letter_digest=letter_digest(letter))


def letter_digest(letter: Letter) -> str:
    return _hash(f"{letter.kind}\n{letter.subject}\n{letter.text}")


def forget_words(application: Application) -> None:
    """Write dossiers anew when the person is taken out: reasons and notes as the rows say now, figures as they were."""
    for dossier in Dossier.objects.filter(decision__application=application).select_related("decision"):
        said: Content = dossier.content
        kept = Reconciliation.objects.filter(pk__in=[one["id"] for one in said["reconciliations"]])
        said |= {"decision": _decision(dossier.decision), "reconciliations": _notes(kept)}
        Dossier.objects.filter(pk=dossier.pk).update(content=said, digest=digest(said))


def of_application(application: Application) -> list[Dossier]:
    """Return the dossiers of all decisions on an application, the first on top."""
    found = Dossier.objects.filter(decision__application=application)
    joined = ("decision__application", "decision__by", "calibration__round", "calibration__stage")
    return list(found.select_related(*joined).order_by("decision"))


def differences(dossier: Dossier) -> list[str]:
    """Compute a dossier again and return, in words, what is not as it says. Fits the scores once more."""
    said: Content = dossier.content
    if digest(said) != dossier.digest:
        return ["the content was changed after it was written: its SHA-256 differs"]
    return [*_moved(dossier, said), *_refitted(dossier, said), *_of_letter(dossier)]


def _moved(dossier: Dossier, said: Content) -> Iterator[str]:
    """Compare with the rows as they are: all of these are append-only."""
    application = Application.objects.select_related("form__version").get(pk=dossier.decision.application_id)
    now = {
        "decision": _decision(dossier.decision),
        "form": _form(application),
        "scores": _scores(scores.counting(ReviewEdit.objects.filter(pk__in=[one["edit"] for one in said["scores"]]))),
        "reconciliations": _notes(Reconciliation.objects.filter(pk__in=[one["id"] for one in said["reconciliations"]])),
    }
    # What came afterwards is none of its business.
    yield from (
        f"{name}: the rows say {now[name]}, the dossier {said[name]}" for name in now if now[name] != said[name]
    )


def _refitted(dossier: Dossier, said: Content) -> Iterator[str]:
    stored = said["calibration"]
    if stored is None:
        return
    calibration = dossier.calibration
    if calibration is None:
        yield "calibration: its row is gone"
        return
    yield from (
        f"{name}: the calibration says {getattr(calibration, name)}, the dossier {stored[name]}"
        for name in TERMS
        if getattr(calibration, name) != stored[name]
    )
    if calibration.model != computation.model():
        yield f"model: it was {calibration.model}, and this program has {computation.model()}"
        return
    computed = calibrating.again(calibration)
    figures = computed.applications.get(dossier.decision.application_id) if computed else None
    yield from _of_figures(figures, stored)


def _of_figures(figures: object, stored: Mapping[str, Any]) -> Iterator[str]:
    if figures is None:
        yield "figures: the fit has none for this application"
        return
    for name in FIGURES:
        again, before = getattr(figures, name), stored[name]
        is_same = again == before or (None not in (again, before) and round(again - before, DIGITS) == 0)
        if not is_same:
            yield f"{name}: computed again it is {again}, the dossier says {before}"
    if figures.tier != stored["tier"]:  # type: ignore[attr-defined]  # checked above
        yield f"tier: computed again it is {figures.tier}, the dossier says {stored['tier']}"  # type: ignore[attr-defined]


def _of_letter(dossier: Dossier) -> Iterator[str]:
    decision = dossier.decision
    if decision.released_at is None or decision.application.erased_at is not None:
        return  # The letter of somebody who was erased holds no personal values any more; its hash stays.
    letter = Letter.objects.filter(dedup_key=letters.decision_key(decision)).first()
    if letter is None:
        yield "letter: there is none"
    elif letter_digest(letter) != dossier.letter_digest:
        yield "letter: its words are not those that were released"
