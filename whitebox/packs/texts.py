"""What every Markdown text of a pack must keep: formulas that convert, and links that lead somewhere."""

from collections.abc import Callable

from whitebox.packs.reports import Report
from whitebox.text.rendered import Link, Rendered
from whitebox.text.rewriting import ELSEWHERE

# Says what is wrong with a link inside the pack and what to do about it; nothing where it leads somewhere.
Inside = Callable[[str], tuple[str, str] | None]


def check(file: str, first_line: int, text: Rendered, report: Report, *, inside: Inside | None = None) -> None:
    """Report what is wrong with a rendered text whose first line is `first_line` of its file.

    Without `inside`, a text stands on a page of its own, and only its own headings can be linked to.
    """
    for problem in text.problems:
        report.error(file, first_line + max(problem.line, 1) - 1, problem.message)
    for link in text.links:
        wrong = _wrong(link, inside or _own_headings(text))
        if wrong is not None:
            report.error(file, first_line + max(link.line, 1) - 1, *wrong)


def _wrong(link: Link, inside: Inside) -> tuple[str, str] | None:
    return None if ELSEWHERE.match(link.target) else inside(link.target)


def _own_headings(text: Rendered) -> Inside:
    known = {f"#{heading.slug}" for heading in text.headings}

    def inside(target: str) -> tuple[str, str] | None:
        if target in known:
            return None
        return f"the link to {target[:100]} leads nowhere", "this text stands on a page of its own: say it in words"

    return inside
