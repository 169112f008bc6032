"""The applicants of a burst, before it and after it. Run with the settings of the measured site.

python -m tests.benchmarks.bursting prepare FILE COUNT
python -m tests.benchmarks.bursting verify FILE
"""

import json
import sys
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402  # Django comes first
from django.utils import timezone  # noqa: E402

from applicants import applying  # noqa: E402
from applicants.choices import ApplicationState  # noqa: E402
from applicants.models import Application, Draft, Revision, Round  # noqa: E402
from applicants.questionnaire import questionnaire_of  # noqa: E402
from applicants.return_links import hashed, token_of  # noqa: E402
from tests.benchmarks.burst import QUESTION  # noqa: E402
from whitebox.outbox.models import Letter  # noqa: E402
from whitebox.programme import demonstration  # noqa: E402


def prepare(file: Path, count: int) -> None:
    """Fill the demonstration and leave `count` drafts in its open round, each complete but for its last words."""
    call_command("migrate", verbosity=0)
    demonstration.fill()
    now = timezone.now()
    round_ = Round.objects.get(opens_at__lte=now, closes_at__gt=now)
    like = Revision.objects.filter(application__round=round_).latest("pk").answers
    for number in range(count):
        applying.start(round_, email=f"burst-{number}@bench.test", name=f"Applicant {number}", zone=round_.zone)
    made = list(Application.objects.filter(identity__email__endswith="@bench.test").select_related("form"))
    Draft.objects.filter(application__in=made).update(answers=like)
    questions = questionnaire_of(made[0].form)
    section = next(one.section for one in questions.questions if one.slug == QUESTION)
    others = {
        one.slug: like.get(one.slug, "")
        for one in questions.of_section(section)
        if one.slug != QUESTION and one.kind != "file"
    }
    rows = [
        {"token": token_of(one), "section": section, "others": others, "words": f"I am {one.code}."} for one in made
    ]
    file.write_text(json.dumps(rows))


def verify(file: Path) -> None:
    """Count what was lost and what is there twice."""
    last = {hashed(one["token"]): one["words"] for one in json.loads(file.read_text())}
    found = Application.objects.filter(token_hash__in=last).prefetch_related("revisions")
    handed_in = {one: list(one.revisions.all()) for one in found if one.state == ApplicationState.SUBMITTED}
    receipts = Letter.objects.filter(kind="application-receipt", address__endswith="@bench.test")
    counts = {
        "not_handed_in": len(last) - len(handed_in),
        "handed_in_twice": sum(len(some) > 1 for some in handed_in.values()),
        "other_words": sum(some[-1].answers[QUESTION] != last[one.token_hash] for one, some in handed_in.items()),
        "receipts": receipts.count(),
        "receipts_twice": receipts.count() - receipts.values("address").distinct().count(),
    }
    Path(f"{file}.found").write_text(json.dumps(counts))


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        verify(Path(sys.argv[2]))
