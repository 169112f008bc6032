"""The curriculum's part of a pack: modules with their text, figures, resources and objectives."""

from curriculum import module_checks, module_files, module_store
from whitebox.packs.folder import Folder
from whitebox.packs.models import PackVersion
from whitebox.packs.pack import Programme
from whitebox.packs.reports import Report


class CurriculumSection:
    name = "curriculum"
    order = 20
    patterns = ("modules/*/module.md", "modules/*/objectives.yml", "modules/*/figures/*.svg")

    def check(self, folder: Folder, report: Report) -> None:
        programme = folder.yaml("programme.yml", Programme)
        module_checks.check(module_files.read(folder, report), programme.data if programme else None, report)

    def load(self, folder: Folder, version: PackVersion) -> None:
        module_store.store(module_files.read(folder, folder.report), version)


SECTION = CurriculumSection()
