"""The pack that ships."""

import time

from curriculum.choices import ModuleStatus
from curriculum.figures import SHEET
from curriculum.models import Corrective, Figure, ModuleVersion, ObjectiveVersion, Resource
from whitebox.packs import loading
from whitebox.packs.sections import check
from whitebox.programme.demonstration import SHIPPED_PACK


def test_shipped_pack_has_no_errors_and_is_checked_within_five_seconds() -> None:
    started = time.process_time()  # of this process alone: other tests share the machine

    report = check(SHIPPED_PACK)

    assert [str(problem) for problem in report.ordered() if problem.severity == "error"] == []
    assert time.process_time() - started < 5


def test_shipped_pack_loads_whole(db: None) -> None:
    version = loading.load(SHIPPED_PACK, by=None)

    modules = list(ModuleVersion.objects.filter(version=version))
    assert [module.week for module in modules] == list(range(1, 9))
    complete = [module for module in modules if module.status == ModuleStatus.COMPLETE]
    assert [module.week for module in complete] == [1, 2, 3, 4, 5, 6, 7, 8]
    for module in complete:
        assert module.before_html
        assert module.in_html
        assert module.after_html
        assert "<em>figures/" not in module.before_html
        # one file holds all figures of a module, so that its page asks for two things however many there are
        assert module.figures.exclude(name=SHEET).count() == module.before_html.count("<img ")
        assert module.before_html.count("<img ") == module.before_html.count(f"/{SHEET}#f")
    taught = ObjectiveVersion.objects.filter(module_version__in=complete)
    assert not taught.filter(correctives=None).exists()
    drawn = Figure.objects.exclude(name=SHEET).count()
    assert (Resource.objects.count() > 10, drawn, Corrective.objects.count() > 10) == (True, 30, True)
