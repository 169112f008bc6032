"""In the demonstration somebody works on the form of the open round, and one applicant asked what is stored."""

from applicants import form_drafts, form_parts, form_versions
from applicants.form_parts import Kind, Place
from applicants.models import Identity, Round
from whitebox.programme import data_requests
from whitebox.programme.demonstration import World

ASKED = {
    "slug": "first-question",
    "section": "practical",
    "label": "Which question should the first session answer for you?",
    "help": "One sentence is enough. We collect them on the first slide.",
    "kind": "short",
    "required": False,
    "words": 40,
    "shown_to": "organizers",
    "minutes": 2,
}


def fill(world: World, round_: Round) -> None:
    """Leave a draft with a shorter limit and a further question; hand one applicant their data."""
    files = form_versions.files_of(round_.form)
    parts = form_parts.read(files)
    motivation = parts.find(Place(Kind.QUESTION, "motivation"))
    if motivation is not None:
        motivation["words"] = 200
    form_parts.put(parts, Place(Kind.QUESTION), dict(ASKED))
    since = form_drafts.seen(round_, files)
    form_drafts.keep(round_, form_parts.files(parts), since=since, by=world.organizer)
    asking = Identity.objects.filter(round=round_).order_by("pk").first()
    if asking is not None:
        data_requests.export(asking.email, by=world.organizer)
