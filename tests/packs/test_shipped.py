"""The pack that ships."""

import time

from curriculum.choices import ModuleStatus
from curriculum.models import Corrective, Figure, ModuleVersion, ObjectiveVersion, Resource
from whitebox.packs import loading
from whitebox.packs.sections import check
from whitebox.programme.demonstration import SHIPPED_PACK


def test_shipped_pack_has_no_errors_and_is_checked_within_five_seconds() -> None:
    started = time.perf_counter()

    report = check(SHIPPED_PACK)

    assert [str(problem) for problem in report.ordered() if problem.severity == "error"] == []
    assert time.perf_counter() - started < 5


def test_shipped_pack_loads_whole(db: None) -> None:
    version = loading.load(SHIPPED_PACK, by=None)

    modules = list(ModuleVersion.objects.filter(version=version))
    assert [module.week for module in modules] == list(range(1, 9))
    complete = [module for module in modules if module.status == ModuleStatus.COMPLETE]
    assert [module.week for module in complete] == [1, 2]
    for module in complete:
        assert module.before_html
        assert module.in_html
        assert module.after_html
        assert "<em>figures/" not in module.before_html
        assert module.figures.count() == module.before_html.count("<img ")
    taught = ObjectiveVersion.objects.filter(module_version__in=complete)
    assert not taught.filter(correctives=None).exists()
    assert (Resource.objects.count() > 10, Figure.objects.count(), Corrective.objects.count() > 10) == (True, 8, True)
