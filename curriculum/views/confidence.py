"""How sure people feel: asked of participants, shown in sums to those who run the cohort."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_http_methods

from curriculum import confidence
from curriculum.choices import Moment
from curriculum.study import Study, study_or_404
from whitebox import digits
from whitebox.errors import RuleViolation
from whitebox.people.access import cohort_or_404
from whitebox.people.choices import Role
from whitebox.web.visitor import signed_in

LEVELS = (
    (1, _lazy("never heard of it")),
    (2, _lazy("heard of it")),
    (3, _lazy("can follow")),
    (4, _lazy("can do it")),
    (5, _lazy("could teach it")),
)


@require_http_methods(["GET", "POST"])
@login_required
def own(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Ask a participant how sure they feel, topic by topic, and show what they said."""
    study = study_or_404(request, cohort_slug)
    if not study.is_participant:
        raise Http404
    if request.method == "POST":
        kept = confidence.rate(study.membership, _levels(request, study), by=signed_in(request))
        messages.success(request, _("Saved.") if kept else _("Nothing was chosen, so nothing was saved."))
        return redirect("curriculum:confidence", cohort_slug)
    return render(request, "curriculum/confidence.html", _page(study))


def _page(study: Study) -> dict[str, object]:
    said = confidence.ratings(study.membership)
    moment = confidence.open_moment(study.cohort, timezone.now())
    known = confidence.topics(study.syllabus)
    present = said[moment] if moment else {}
    return {
        "cohort": study.cohort,
        "moment": moment,
        "is_end": moment == Moment.END,
        "levels": LEVELS,
        "topics": [
            (f"topic-{index}", _words(topic), module, present.get(topic)) for index, (topic, module) in enumerate(known)
        ],
        "said": [
            (_words(topic), said[Moment.START].get(topic), said[Moment.END].get(topic)) for topic, _module in known
        ],
        "has_said": any(said.values()),
    }


def _words(topic: str) -> str:
    """Return a topic as one reads it; packs may write it like a slug."""
    return topic.replace("-", " ")


def _levels(request: HttpRequest, study: Study) -> dict[str, int]:
    """Return what was chosen by topic; the fields are named by their place on the page."""
    found = {}
    for index, (topic, _module) in enumerate(confidence.topics(study.syllabus)):
        sent = request.POST.get(f"topic-{index}", "")
        level = digits.whole(sent, most=9)
        if sent and level is None:
            raise RuleViolation(_("One of the answers does not belong to this page. Reload it and choose again."))
        if level is not None:
            found[topic] = level
    return found


@require_GET
@login_required
def of_cohort(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show how confidence changed over the programme, topic by topic."""
    cohort = cohort_or_404(request.user, cohort_slug, Role.ORGANIZER, Role.ADVISER)
    context = {"cohort": cohort, "deltas": confidence.deltas(cohort), "fewest": confidence.FEWEST}
    return render(request, "curriculum/confidence_cohort.html", context)
