"""Is everything in order here? Each examination asks one part and answers in words, also where the part is gone."""

from collections.abc import Iterator

from whitebox.operation import machine, queues, site
from whitebox.operation.diagnosis import Diagnosis, Examination, Verdict, broken

WITHOUT_DATABASE: tuple[Examination, ...] = (site.settings, machine.packages, machine.disk, site.storage, site.mail)
WITH_DATABASE: tuple[Examination, ...] = (
    machine.clock,
    queues.broker,
    queues.workers,
    queues.outbox,
    queues.letters,
    site.contributed,
    site.chores,
)


def examine() -> list[Diagnosis]:
    """Ask every part. Without a database, or with one of another version, what needs it is not asked."""
    found = [one for part in WITHOUT_DATABASE for one in _asked(part)]
    base = [*_asked(site.database)]
    found += base
    if all(one.verdict == Verdict.FINE for one in base):
        found += [one for part in WITH_DATABASE for one in _asked(part)]
    return found


def _asked(part: Examination) -> Iterator[Diagnosis]:
    try:
        yield from part()
    except Exception as wrong:  # noqa: BLE001  # a part that cannot even be asked is what the doctor is there to say
        name = getattr(part, "__name__", "part")
        yield broken(name, f"could not be asked: {type(wrong).__name__}", "Look into the log for the whole error.")
