"""The demonstration's hackathons: one of ours, judged and released; one of others, with a place; one that runs."""

from datetime import timedelta

from sprints import hackathons, juries, standings, teams
from sprints.choices import HackathonKind
from sprints.contests import Entry, Hackathon, Rating
from sprints.hackathons import Facts, Place, Text
from sprints.rosters import Team
from whitebox.programme.demonstration import World

TEAMS = (("Residuals", 6), ("Logit lens", 7), ("Attention sinks", 8))  # a name, and who founds it
TITLES = ("Which head moves the name?", "One neuron, three jobs", "Does the sink matter?")
SOURCE = """We asked one question in 48 hours, wrote down what would count against it, and looked.

The effect is there: $p < 0.01$ over five seeds."""
RULES = """Teams of one to six. Anything public may be used. One question, one figure, one page.

The last saved draft counts."""
LEVELS = ((5, 4, 4), (3, 4, 3), (4, 3, 5))  # by entry; each judge is a little stricter than the one before
COMMENTS = ("A clear question and an honest control.", "Say earlier what you measured.", "The figure carries it.")


def fill(world: World) -> None:
    """Play three hackathons by their own verbs, and move their dates to where they belong."""
    if len(world.participants) <= TEAMS[-1][1] or len(world.mentors) < len(TEAMS):
        return
    founded = [teams.found(name, by=world.participants[place].user) for name, place in TEAMS]
    _judged(world, founded)
    _elsewhere(world, founded[0])
    _hackathon(world, "Autumn hackathon", founded[:2])


def _hackathon(
    world: World, title: str, entering: list[Team], kind: HackathonKind = HackathonKind.OWN
) -> tuple[Hackathon, list[Entry]]:
    """Plan a hackathon that runs now, and enter teams with a draft each."""
    day = timedelta(days=1)
    facts = Facts(
        title, world.now + day, world.now - day, world.now + day, kind=kind, rules=RULES, ratings_each=2,
        host="Alignment Jam" if kind == HackathonKind.EXTERNAL else "",
    )  # fmt: skip
    made = hackathons.plan(world.cohort, facts, by=world.organizer)
    entries = []
    for team, text in zip(entering, TITLES, strict=False):
        by = team.members.select_related("membership__user")[0].membership.user
        entries.append(hackathons.register(made, team, by=by))
        hackathons.save_draft(entries[-1], Text(text, SOURCE), by=by)
    return made, entries


def _ended(made: Hackathon, world: World, days_ago: int) -> Hackathon:
    due = world.now - timedelta(days=days_ago)
    Hackathon.objects.filter(pk=made.pk).update(
        registers_until=due - timedelta(days=3), starts_at=due - timedelta(days=2), due_at=due
    )
    return Hackathon.objects.get(pk=made.pk)


def _judged(world: World, founded: list[Team]) -> None:
    made, entries = _hackathon(world, "Winter hackathon", founded)
    ended = _ended(made, world, days_ago=6)
    for mentor in world.mentors:
        juries.appoint(ended, mentor, by=world.organizer)
    juries.hand_out(ended, by=world.organizer)
    criteria = list(ended.criteria.values_list("pk", flat=True))
    places = {entry.pk: place for place, entry in enumerate(entries)}
    for rating in Rating.objects.filter(judge__hackathon=ended).select_related("judge__membership__user"):
        place = places[rating.entry_id]
        levels = dict(zip(criteria, LEVELS[place], strict=True))
        juries.rate(rating, levels, COMMENTS[place], by=rating.judge.membership.user)
    juries.choose(ended, entries[1], by=world.organizer)
    standings.release(ended, by=world.organizer)


def _elsewhere(world: World, team: Team) -> None:
    made, [entry] = _hackathon(world, "Alignment Jam: interpretability", [team], HackathonKind.EXTERNAL)
    ended = _ended(made, world, days_ago=3)
    by = team.members.select_related("membership__user")[0].membership.user
    found = Place(3, "https://example.org/alignment-jam/results", 41)
    hackathons.record_placement(Entry.objects.get(pk=entry.pk), found, by=by)
    standings.release(ended, by=world.organizer)
