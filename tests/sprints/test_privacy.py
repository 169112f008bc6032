from django.utils import timezone

from sprints import additions, check_ins, for_you, known, teams
from sprints.additions import Addition
from sprints.choices import Pace
from sprints.models import Problem
from sprints.privacy import PRIVACY
from sprints.tastes import Taste
from sprints.works import Work
from tests.factories.people import MembershipFactory
from tests.factories.sprints import CategoryFactory, ExcursionFactory
from whitebox.people.choices import Role
from whitebox.people.subjects import Subject


def test_what_a_person_added_wished_and_heard_is_exported_and_erased_once(db: None) -> None:
    excursion = ExcursionFactory.create()
    user, problem = excursion.claim.membership.user, excursion.claim.problem
    known.add(problem, "A paper", "https://example.test/a", by=user)
    additions.add(Addition("What is new?", CategoryFactory.create()), by=user)
    for_you.state_taste([CategoryFactory.create()], "B", by=user)
    teams.found("Owls", by=user)
    organizer = MembershipFactory.create(cohort=excursion.claim.membership.cohort, role=Role.ORGANIZER)
    check_ins.record(excursion, Pace.FINE, "It goes well.", by=organizer.user)
    subject = Subject(user.email, user)

    found = PRIVACY.export(subject)
    first, again = (PRIVACY.erase(subject, now=timezone.now()) for _ in range(2))

    assert {name: len(found[name]) for name in ("works_added", "problems_added", "taste", "teams", "check_ins")} == {
        "works_added": 1,
        "problems_added": 1,
        "taste": 1,
        "teams": 1,
        "check_ins": 1,
    }
    assert first.erased == {"wishes for problems": 1, "names beside problems and works": 2}
    assert again.erased == {}
    assert [one.what for one in first.kept] == ["times in teams"]
    assert not Taste.objects.exists()
    assert (Work.objects.get().by, Problem.objects.filter(added_by__isnull=False).exists()) == (None, False)
