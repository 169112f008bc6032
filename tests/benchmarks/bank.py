"""How a page of the bank grows with the bank: 340 and 10,000 problems, on a test database of its own.

python -m tests.benchmarks.bank [FILE]     (DATABASE_URL chooses the database)
"""

import json
import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from statistics import quantiles

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whitebox.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from sprints.choices import ProblemState  # noqa: E402
from sprints.models import Problem  # noqa: E402
from sprints.numbering import sort_key  # noqa: E402
from sprints.wording import search_text  # noqa: E402
from tests.benchmarks.pages import BANK_GROWTH, BANKS  # noqa: E402
from tests.factories.sprints import CategoryFactory, ResearcherFactory, SourceFactory  # noqa: E402

ROUNDS, WARM = 60, 5
SEARCHES = {
    "first page": {},
    "two words": {"q": "effect model"},
    "a rare word": {"q": "L-7.3"},
    "words and filters": {"q": "effect", "difficulty": "B", "state": "open", "neglect": "both"},
    "longest alone": {"order": "neglect", "neglect": "long"},
    "page 4": {"page": "4"},
}


def measure() -> dict[str, dict[str, float]]:
    """Return p95 in milliseconds by search and size."""

    client = Client()
    client.force_login(ResearcherFactory.create().user)
    address = reverse("sprints:bank")
    found: dict[str, dict[str, float]] = {name: {} for name in SEARCHES}
    for size in BANKS:
        fill(size)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        for name, query in SEARCHES.items():
            taken = []
            for turn in range(ROUNDS + WARM):
                begun = time.perf_counter()
                answer = client.get(address, query)
                spent = time.perf_counter() - begun
                if answer.status_code != 200:
                    raise RuntimeError(f"{name}: {answer.status_code}")
                if turn >= WARM:
                    taken.append(1000 * spent)
            found[name][str(size)] = quantiles(taken, n=20)[-1]
    for figures in found.values():
        figures["growth"] = figures[str(BANKS[1])] / figures[str(BANKS[0])]
    return found


def fill(size: int) -> None:
    """Add problems until there are `size`, every third known, every fifth taken, every seventh alone for long."""

    source = SourceFactory.create()
    categories = [CategoryFactory.create(name=f"Category {n}") for n in range(9)]
    long_ago = timezone.now() - timedelta(days=400)
    rows = []
    for n in range(Problem.objects.count(), size):
        number, category = f"L-{1 + n // 40}.{1 + n % 40}", categories[n % 9]
        title = f"Does the effect of {number} hold in a model of another size, {'abcdefgh'[n % 8]}{n % 97}?"
        rows.append(
            Problem(
                source=source,
                number=number,
                sort_key=sort_key(number),
                category=category,
                title=title,
                difficulty_lowest="AB"[n % 2],
                difficulty_highest="BC"[n % 2],
                search_text=search_text(number, title, category.name),
                is_known=n % 3 == 0,
                existing_work="A paper" if n % 3 == 0 else "",
                state=ProblemState.CLAIMED if n % 5 == 0 else ProblemState.OPEN,
                idle_since=long_ago if n % 7 == 0 else timezone.now(),
            )
        )
    Problem.objects.bulk_create(rows, batch_size=500)


def main(arguments: list[str]) -> int:
    setup_test_environment(debug=False)
    made = setup_databases(verbosity=0, interactive=False)
    try:
        found = measure()
    finally:
        teardown_databases(made, verbosity=0)
    text = json.dumps(found, indent=2)
    if arguments:
        Path(arguments[0]).write_text(text)
        return 0
    sys.stdout.write(text + "\n")
    return int(any(figures["growth"] > BANK_GROWTH for figures in found.values()))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
