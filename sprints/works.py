"""The noun of what is known: a text that bears on a problem, named here beside what the source names."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sprints.models import Problem


class Work(models.Model):
    problem = models.ForeignKey(Problem, models.CASCADE, related_name="works")
    title = models.CharField(max_length=200)
    url = models.URLField(_("address"), max_length=500)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["published_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["problem", "url"],
                name="work_once_per_problem",
                violation_error_message=_("This work stands with the problem already."),
            )
        ]

    def __str__(self) -> str:
        return f"work {self.pk} on problem {self.problem_id}"

    @property
    def line(self) -> str:
        """The work as a line of a sheet's cell."""
        day = f" ({self.published_on.isoformat()})" if self.published_on else ""
        return f"{' '.join(self.title.split())}{day} {self.url}"
