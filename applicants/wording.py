"""What the figures of a stage mean, in sentences: how far they can be trusted, and what speaks against it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants.calibrations import Calibration
from whitebox.judging.calibration import FEW_REVIEWERS, Note
from whitebox.judging.reliability import expected_wrong_admissions
from whitebox.judging.selection import UNCERTAIN_RATIOS

FEW_APPLICATIONS = 8


def reliability(calibration: Calibration | None) -> str:
    """Say what the reliability of a stage means for who is admitted."""
    if calibration is None:
        return _("No review has been fitted yet. The figures appear about a minute after the first reviews are in.")
    if calibration.reliability is None:
        return _("Only one application has been read, so there is nothing to compare it with yet.")
    places, read = calibration.places, calibration.applications
    if places < 1:
        return _("The round has no places. Set how many are sought on the round's page in the admin.")
    if places >= read:
        return _(
            "%(read)d applications have been read for %(places)d places, so the scores turn nobody away yet. "
            "Reliability of the adjusted score: %(reliability).2f."
        ) % {"read": read, "places": places, "reliability": calibration.reliability}
    share = places / read
    wrong = round(places * expected_wrong_admissions(calibration.reliability, share))
    by_mean = round(places * expected_wrong_admissions(calibration.reliability_raw or 0.0, share))
    said = ngettext(
        "With this reliability (%(reliability).2f), about %(wrong)d of the %(places)d you admit is not truly among "
        "the best %(places)d of the %(read)d read.",
        "With this reliability (%(reliability).2f), about %(wrong)d of the %(places)d you admit are not truly among "
        "the best %(places)d of the %(read)d read.",
        wrong,
    ) % {"reliability": calibration.reliability, "wrong": wrong, "places": places, "read": read}
    by_means = _("By the plain means (%(reliability).2f) it would be about %(wrong)d.") % {
        "reliability": calibration.reliability_raw or 0.0,
        "wrong": by_mean,
    }
    return f"{said} {by_means}"


def cautions(calibration: Calibration | None) -> list[str]:
    """Say what a reader of the figures has to know."""
    return list(_cautions(calibration)) if calibration else []


def _cautions(found: Calibration) -> Iterator[str]:
    if found.applications < FEW_APPLICATIONS:
        yield ngettext(
            "Only %(count)d application has been read. Every figure here can move a lot with the next review.",
            "Only %(count)d applications have been read. Every figure here can move a lot with the next review.",
            found.applications,
        ) % {"count": found.applications}
    yield from _of_reviewers(found.reviewers)
    if found.groups > 1:
        yield _(
            "The reviewers fall into %(groups)d groups that no application joins. Their scores are compared by "
            "assumption, not by readings; %(bridges)d more readings across the groups would join them."
        ) % {"groups": found.groups, "bridges": found.groups - 1}
    if found.left_out:
        yield ngettext(
            "%(count)d review has an abstention. It counts in the mean and not in the adjusted score.",
            "%(count)d reviews have an abstention. They count in the mean and not in the adjusted score.",
            found.left_out,
        ) % {"count": found.left_out}
    yield from _of_variances(found)


def _of_reviewers(count: int) -> Iterator[str]:
    if count == 1:
        yield _("One person has read everything, so nobody can tell how strict they are.")
    elif count < FEW_REVIEWERS:
        yield _(
            "Only %(count)d people have read, so how strict each of them is can hardly be told. The figures assume "
            "that they differ little, and correct with care."
        ) % {"count": count}
    if count < UNCERTAIN_RATIOS:
        yield _(
            "With fewer than %(some)d people who read, the chances to be among those sought average over how strict "
            "each may be."
        ) % {"some": UNCERTAIN_RATIOS}


def _of_variances(found: Calibration) -> Iterator[str]:
    notes = set(found.notes)
    if Note.UNIDENTIFIED in notes:
        yield _("With one reading of each application, quality and chance cannot be told apart. A second one would.")
    elif found.var_applicant <= 0:
        yield _("The reviews do not tell the applications apart: all adjusted scores are the same.")
    elif found.var_reviewer <= 0:
        yield _("No difference in strictness can be seen, so the adjusted score only draws each mean to the middle.")
    if Note.NO_RESIDUAL in notes:
        yield _("The reviewers agree so fully that the errors look like nothing. More readings would show real ones.")
