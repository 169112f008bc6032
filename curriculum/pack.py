"""The curriculum's part of a pack: modules with their text, figures, resources and objectives."""

from django.urls import reverse
from django.utils.translation import gettext as _

from curriculum import module_checks, module_files, module_moves, module_store
from curriculum.models import ModuleVersion
from whitebox.packs.folder import Folder
from whitebox.packs.models import PackVersion
from whitebox.packs.pack import Programme
from whitebox.packs.reports import Report
from whitebox.packs.sections import Consequence
from whitebox.people.models import Cohort


class CurriculumSection:
    name = "curriculum"
    order = 20
    patterns = ("modules/*/module.md", "modules/*/objectives.yml", "modules/*/figures/*.svg")
    schemas = {
        "modules/*/module.md": module_files.ModuleHead,
        "modules/*/objectives.yml": module_files.ObjectiveList,
    }

    def check(self, folder: Folder, report: Report) -> None:
        programme = folder.yaml("programme.yml", Programme)
        module_checks.check(module_files.read(folder, report), programme.data if programme else None, report)

    def load(self, folder: Folder, version: PackVersion) -> None:
        module_store.store(module_files.read(folder, folder.report), version)

    def previews(self, version: PackVersion) -> list[tuple[str, str]]:
        modules = ModuleVersion.objects.filter(version=version).without_text().select_related("module").order_by("week")
        words = _("Week %(week)s: %(title)s")
        return [
            (
                words % {"week": one.week, "title": one.title},
                reverse("curriculum:preview", args=[version.pk, one.module.slug]),
            )
            for one in modules
        ]

    def consequences(self, cohort: Cohort, left: PackVersion, taken: PackVersion) -> list[Consequence]:
        return module_moves.consequences(cohort, taken)

    def move(self, cohort: Cohort, left: PackVersion, taken: PackVersion) -> None:
        module_moves.move(cohort, taken)


SECTION = CurriculumSection()
