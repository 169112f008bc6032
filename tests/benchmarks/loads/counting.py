"""How many rows a load has. `python -m tests.benchmarks.loads.counting FILE`"""

import json
import sys
from pathlib import Path

import django

django.setup()

from applicants.judgements import CriterionScore, Review  # noqa: E402  # Django comes first
from applicants.models import Application  # noqa: E402
from mastery.models import Attempt, GradeEvent  # noqa: E402
from sprints.models import Claim, Problem  # noqa: E402
from whitebox.outbox.models import Letter  # noqa: E402
from whitebox.people.choices import Role  # noqa: E402
from whitebox.people.models import Cohort, Membership, User  # noqa: E402


def rows() -> dict[str, int]:
    counted = {
        "cohorts": Cohort.objects.all(),
        "people": User.objects.all(),
        "participants": Membership.objects.filter(role=Role.PARTICIPANT),
        "mentors": Membership.objects.filter(role=Role.MENTOR),
        "applications": Application.objects.all(),
        "reviews": Review.objects.all(),
        "criterion scores": CriterionScore.objects.all(),
        "attempts": Attempt.objects.all(),
        "grade events": GradeEvent.objects.all(),
        "problems": Problem.objects.all(),
        "claims": Claim.objects.all(),
        "letters": Letter.objects.all(),
    }
    return {name: found.count() for name, found in counted.items()}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(rows()))
