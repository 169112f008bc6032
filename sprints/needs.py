"""The noun of what a problem takes: an objective that somebody should master first."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from curriculum.models import Objective
from sprints.models import Problem


class Need(models.Model):
    problem = models.ForeignKey(Problem, models.CASCADE, related_name="needs")
    objective = models.ForeignKey(Objective, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["problem", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["problem", "objective"],
                name="need_once",
                violation_error_message=_("This problem needs this objective already."),
            )
        ]

    def __str__(self) -> str:
        return f"need {self.pk} of problem {self.problem_id}"
