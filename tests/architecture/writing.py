"""The write-ups of the rights matrix: one private with all that hangs on it, one secret, one published."""

from sprints.choices import InfohazardLevel
from sprints.publishing import endorsing, levels, private_links, reviewing
from sprints.publishing.agreements import PublicationRule
from sprints.publishing.choices import Capacity
from tests.factories.publishing import make_writeup, published
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User


def places(cohort: Cohort, participant: Membership, organizer: User) -> dict[str, str]:
    """Return what stands in the addresses of publishing."""
    author, led = participant.user, Membership.objects.get(user=organizer, cohort=cohort, role=Role.ORGANIZER)
    PublicationRule.objects.create(cohort=cohort, coordinator=led)
    post = published(led)
    private, secret = (make_writeup(by=author, cohort=cohort) for _ in range(2))
    levels.propose(secret, InfohazardLevel.SECRET, "A trick.", by=author)
    remark = reviewing.remark(private, 2, "", "Good.", by=organizer)
    endorsement = endorsing.ask(private, "Rita", "rita@example.test", by=author)
    change = levels.propose(private, InfohazardLevel.PUBLIC, "It helps.", by=author)
    levels.ask_readers(change, list(cohort.trusted_readers.all()), by=organizer)
    vote = change.votes.filter(capacity=Capacity.READER).first()
    assert vote is not None
    return {
        "writeup": str(private.pk),
        "secret_writeup": str(secret.pk),
        "wording": "2",
        "figure_name": "bars.png",
        "writeup_figure": str(private.figures.get().pk),
        "remark": str(remark.pk),
        "endorsement": str(endorsement.pk),
        "level_change": str(change.pk),
        "of_writeup": "write-up",
        "of_excursion": "excursion",
        "endorse_token": private_links.token_of(endorsement),
        "read_token": private_links.token_of(vote),
        "post": str(post.slug),
        "byline": str(post.authors.get().user.byline.slug),
    }
