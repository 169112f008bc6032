import gzip
import uuid
from typing import Any

import feedparser
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sprints.choices import InfohazardLevel
from sprints.demo_figure import plotted
from sprints.pictures import NewFigure
from sprints.publishing import (
    citing,
    endorsing,
    levels,
    private_links,
    public,
    releasing,
    reminders,
    reviewing,
    writing,
)
from sprints.publishing.agreements import Endorsement
from sprints.publishing.choices import Kind, Opinion
from sprints.publishing.models import Byline, Writeup
from sprints.publishing.privacy import PRIVACY
from sprints.publishing.writing import Wording
from tests.factories.outbox import LetterTemplateFactory
from tests.factories.people import MembershipFactory, UserFactory
from tests.factories.publishing import fresh, make_writeup, published, ruled, started_cohort
from whitebox.outbox import letters
from whitebox.people.choices import Role
from whitebox.people.models import Membership, User
from whitebox.people.subjects import Subject
from whitebox.programme import facts

pytestmark = pytest.mark.django_db
LARGEST_PAGE = 50 * 1024  # bytes, compressed


@pytest.fixture
def coordinator() -> Membership:
    return ruled(started_cohort())


def address(post: Writeup) -> str:
    return reverse("publishing:post", args=[post.slug])


def text_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_a_post_shows_all_that_makes_it_citable(client: Client, coordinator: Membership) -> None:
    post = published(coordinator)

    page = text_of(client, address(post))

    for wanted in (
        '<meta name="citation_title" content="Neurons count">',
        '<meta property="og:image" content="http://127.0.0.1:8000/posts/neurons-count/figures/bars.png">',
        'rel="license"',
        "Careful work.",
        "@misc{",
        'href="#h-method"',
        "writing: original draft",
        "<math",
    ):
        assert wanted in page


def test_a_post_is_the_same_for_everybody_and_kept(
    client: Client, coordinator: Membership, django_assert_num_queries: Any
) -> None:
    post = published(coordinator)
    abroad = Client()
    abroad.force_login(UserFactory.create(zone="Pacific/Auckland"))
    first = abroad.get(address(post))

    with django_assert_num_queries(1):  # the row, which says whether the kept page still holds
        again = client.get(address(post))
    member = Client()
    member.force_login(post.authors.get().user)

    assert first.content == again.content == member.get(address(post)).content


def test_a_refused_form_still_shows_the_figures(client: Client, coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)
    client.force_login(coordinator.user)

    page = client.post(reverse("publishing:remark", args=[made.pk]), {"number": "2", "text": ""})

    assert page.status_code == 400
    assert f'<img src="/research/write-ups/{made.pk}/figures/bars.png"' in page.content.decode()


def test_a_refused_vote_shows_the_list_of_who_needs_to_know(client: Client, coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)
    levels.name(made, coordinator.user, by=made.wording.by)
    change = levels.propose(made, InfohazardLevel.PUBLIC, "It helps.", by=made.wording.by)
    client.force_login(coordinator.user)
    vote = change.votes.get(user=coordinator.user)

    page = client.post(reverse("publishing:vote", args=[change.pk]), {"vote": str(vote.pk), "answer": "yes"})

    assert page.status_code == 400
    assert f'action="/research/levels/write-up/{made.pk}/strike/"' in page.content.decode()


def test_a_post_weighs_little(client: Client, coordinator: Membership) -> None:
    long = "\n\n".join(f"## Part {n}\n\n" + "A sentence on $x_{n}^2$ and more. " * 40 for n in range(30))
    post = published(coordinator, source=long)

    assert len(gzip.compress(client.get(address(post)).content)) <= LARGEST_PAGE


def test_the_feed_is_valid_and_moves_with_a_correction(client: Client, coordinator: Membership) -> None:
    post = published(coordinator)
    before = feedparser.parse(client.get(reverse("publishing:feed")).content)
    releasing.correct(post, "It said less.", by=coordinator.user)

    after = feedparser.parse(client.get(reverse("publishing:feed")).content)

    assert (before.bozo, after.bozo, after.version) == (0, 0, "atom10")
    (entry,) = after.entries
    assert (entry.title, entry.summary, entry.link) == (
        "Neurons count",
        "Some neurons count.",
        "http://127.0.0.1:8000/posts/neurons-count/",
    )
    assert entry.updated_parsed >= before.entries[0].updated_parsed
    assert "It said less." in text_of(client, address(post))


def test_a_retraction_is_everywhere_at_once(client: Client, coordinator: Membership) -> None:
    post = published(coordinator)
    author = post.authors.get().user.byline.slug
    client.get(address(post))

    releasing.retract(post, "The code had a fault.", by=post.wording.by)

    gone = client.get(address(post))
    assert gone.status_code == 410
    assert "The code had a fault." in gone.content.decode()
    assert "We ask a question" not in gone.content.decode()
    assert client.get(f"{address(post)}figures/bars.png").status_code == 404
    assert client.get(f"{address(post)}cite.bib").status_code == 404
    assert client.get(reverse("publishing:author", args=[author])).status_code == 404
    for path in ("publishing:posts", "publishing:feed", "publishing:sitemap"):
        assert "neurons-count" not in text_of(client, reverse(path))


def test_what_is_withdrawn_as_a_hazard_says_not_even_its_title(client: Client, coordinator: Membership) -> None:
    post = published(coordinator)

    levels.propose(post, InfohazardLevel.SECRET, "A trick.", by=post.wording.by)

    gone = client.get(address(post))
    assert gone.status_code == 410
    assert "Neurons count" not in gone.content.decode()
    assert "A trick." not in gone.content.decode()


def test_who_endorses_a_post_stands_beside_its_authors(client: Client, coordinator: Membership) -> None:
    post = published(coordinator)
    name = Endorsement.objects.get().name

    page = text_of(client, address(post))

    assert page.index(f'<a href="#endorsements">{name}</a>') < page.index('class="prose"')


def test_a_withdrawn_endorsement_leaves_the_page(client: Client, coordinator: Membership) -> None:
    post = published(coordinator)
    assert "Careful work." in text_of(client, address(post))

    endorsing.withdraw(Endorsement.objects.get())

    assert "Careful work." not in text_of(client, address(post))


def test_a_figure_that_is_not_shown_has_no_public_address(client: Client, coordinator: Membership) -> None:
    post = published(coordinator)
    later = NewFigure(SimpleUploadedFile("x", plotted([5, 6])), "Another.")
    writing.attach(post, "later.png", later, by=post.wording.by)

    shown = client.get(f"{address(post)}figures/bars.png")
    assert shown.status_code == 200
    shown.getvalue()  # read to its end, a file closes itself and leaves the connection open
    assert client.get(f"{address(post)}figures/later.png").status_code == 404


def test_a_name_that_is_erased_leaves_every_page(client: Client, coordinator: Membership) -> None:
    post = published(coordinator)
    user = post.wording.by
    name = Byline.objects.get(user=user).name
    assert name in text_of(client, address(post))

    done = PRIVACY.erase(Subject(user.email, user), now=timezone.now())
    again = PRIVACY.erase(Subject(user.email, user), now=timezone.now())

    assert (done.erased, again.erased) == ({"names on publications": 1}, {})
    for path in (address(post), reverse("publishing:posts"), reverse("publishing:feed")):
        assert name not in text_of(client, path)


def test_an_endorser_who_is_erased_leaves_with_their_word(client: Client, coordinator: Membership) -> None:
    post = published(coordinator)

    done = PRIVACY.erase(Subject("rita@example.test", None), now=timezone.now())

    assert done.erased == {"endorsements": 1}
    assert "Rita" not in text_of(client, address(post))
    assert "rita@example.test" not in str(Endorsement.objects.values())


def test_what_a_person_wrote_voted_and_said_is_exported(coordinator: Membership) -> None:
    post = published(coordinator)
    reviewing.remark(post, post.wording.number, "", "Good.", by=coordinator.user)

    theirs = PRIVACY.export(Subject(post.wording.by.email, post.wording.by))
    leading = PRIVACY.export(Subject(coordinator.user.email, coordinator.user))
    outside = PRIVACY.export(Subject("rita@example.test", None))

    assert {name: len(rows) for name, rows in theirs.items() if rows} == {
        "byline": 1,
        "authorships": 1,
        "wordings": 2,
        "writeup_figures": 1,
        "votes": 1,
    }
    assert {name: len(rows) for name, rows in leading.items() if rows} == {"remarks": 1, "reviews": 1, "votes": 1}
    assert [row["text"] for row in outside["endorsements"]] == ["Careful work."]


def test_bibtex_survives_what_titles_hold(coordinator: Membership) -> None:
    post = published(coordinator, title="100% of {neurons} & more_or_less")

    said = citing.bibtex(post, ["Ana, née Reyes"], "https://example.test/")

    assert r"100\% of \{neurons\} \& more\_or\_less" in said
    assert "author = {{Ana, née Reyes}}" in said


def test_an_endorser_reads_one_wording_behind_a_private_link(client: Client, coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)
    asked = endorsing.ask(made, "Rita", "rita@example.test", by=made.wording.by)
    link = reverse("publishing:endorse", args=[private_links.token_of(asked)])
    writing.save(made, Wording("Later title", "Later.", "Later text."), base=2, by=made.wording.by)

    page = client.get(link)
    figure = client.get(f"{link}figures/bars.png")
    figure.getvalue()
    answered = client.post(link, {"name": "Rita", "affiliation": "", "text": "Careful."}, follow=True)

    assert "Later text." not in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert (figure.status_code, "You endorse this text" in answered.content.decode()) == (200, True)
    assert client.get(link.replace("endorse/", "endorse/9")).status_code == 404
    withdrawn = client.post(link, {"act": "withdraw"}, follow=True)
    assert "This link has ended" in withdrawn.content.decode()
    assert client.get(f"{link}figures/bars.png").status_code == 404


OPEN_TO_ALL = ("publishing:posts", "publishing:feed", "publishing:sitemap")


def everything_public(post: Writeup) -> dict[str, tuple[int, bytes]]:
    """Return every answer that a stranger gets about writing, whatever they ask."""
    cache.clear()
    client, slug = Client(), str(post.slug)
    byline = str(post.authors.get().user.byline.slug)
    paths = [
        *(reverse(name) for name in OPEN_TO_ALL),
        f"{reverse('publishing:posts')}?q=zebra",
        f"{reverse('publishing:posts')}?q=neurons",
        reverse("publishing:post", args=[slug]),
        reverse("publishing:author", args=[byline]),
        reverse("publishing:cite", args=[slug]),
        reverse("publishing:post", args=["zebra-trick"]),
        reverse("publishing:author", args=["zora-zebra"]),
        *(reverse("publishing:post_figure", args=[slug, name]) for name in ("bars.png", "stripes.png")),
        *(reverse("publishing:post_figure", args=["zebra-trick", name]) for name in ("bars.png", "stripes.png")),
        reverse("sprints:claims"),
    ]
    found = {}
    for path in paths:
        response = client.get(path)
        found[path] = (response.status_code, response.getvalue())
    return found


def inside(reader: Membership) -> dict[str, tuple[int, bytes]]:
    """Return what somebody of the cohort who need not know gets: lists, the admin, letters, facts."""
    client = Client()
    client.force_login(reader.user)
    names = ("admin:outbox_letter_changelist", "admin:auditlog_logentry_changelist", "publishing:writeups", "web:home")
    found = {}
    for name in names:
        response = client.get(reverse(name) + ("?q=zebra" if name.startswith("admin") else ""))
        found[name] = (response.status_code, _without_tokens(response.content))
    found["facts"] = (0, repr(facts.of_cohort(reader.cohort)).encode())
    return found


def _without_tokens(content: bytes) -> bytes:
    lines = [line for line in content.splitlines() if b"csrf" not in line and b'name="key"' not in line]
    return b"\n".join(lines)


@pytest.mark.parametrize("level", [InfohazardLevel.SECRET, InfohazardLevel.PRIVATE, InfohazardLevel.PUBLIC])
def test_nothing_unpublished_reaches_anybody_outside(coordinator: Membership, level: InfohazardLevel) -> None:
    """Write-ups that are not published, whatever their level, change no byte of any public answer."""
    post = published(coordinator)
    before = everything_public(post)
    hidden = hide(coordinator, post, level, colleague(coordinator))

    after = everything_public(post)

    assert hidden.level == level
    assert after == before


def test_a_secret_changes_no_byte_for_those_who_need_not_know(coordinator: Membership) -> None:
    for kind in ("level-vote", "level-decided", "endorsement-asked"):
        LetterTemplateFactory.create(kind=kind, body="{{ title }}")
    other = MembershipFactory.create(cohort=coordinator.cohort, role=Role.ORGANIZER)
    other.user.is_staff = True
    other.user.save()
    post, zora = published(coordinator), colleague(coordinator)
    letters.queue_all(list(reminders.due(timezone.now())))
    before = inside(other)
    hide(coordinator, post, InfohazardLevel.SECRET, zora)
    letters.queue_all(list(reminders.due(timezone.now())))

    after = inside(other)

    assert after == before


def colleague(coordinator: Membership) -> User:
    return MembershipFactory.create(cohort=coordinator.cohort, user=UserFactory.create(name="Zora Zebra")).user


def hide(coordinator: Membership, post: Writeup, level: InfohazardLevel, zora: User) -> Writeup:
    """Add what must not be seen: a text by the author of the post, a figure, a draft of the post's next wording."""
    author = post.authors.get().user
    hidden = writing.start(
        coordinator.cohort, Kind.PAPER, Wording("Zebra trick", "Zebras count neurons."), key=uuid.uuid4(), by=author
    )
    if level == InfohazardLevel.SECRET:
        levels.propose(hidden, level, "A trick.", by=author)
    writing.add_author(hidden, zora, ["software"], by=author)
    figure = NewFigure(SimpleUploadedFile("stripes.png", plotted([1, 2])), "Stripes of a zebra.")
    writing.attach(hidden, "stripes.png", figure, by=author)
    text = Wording("Zebra trick", "Zebras count neurons.", "Zebras. ![Stripes](stripes.png)")
    writing.save(hidden, text, base=1, by=author)
    if level == InfohazardLevel.PUBLIC:
        writing.leave(hidden, by=zora)
        cleared_again(fresh(hidden), coordinator)
    if level != InfohazardLevel.SECRET:
        writing.save(post, Wording("Zebra", "Zebra.", "Zebra."), base=post.wording.number, by=author)
        endorsing.ask(fresh(post), "Zed", "zed@example.test", by=author)
    return fresh(hidden)


def cleared_again(hidden: Writeup, coordinator: Membership) -> None:
    change = levels.propose(hidden, InfohazardLevel.PUBLIC, "Harmless.", by=hidden.wording.by)
    levels.ask_readers(change, list(coordinator.cohort.trusted_readers.all()), by=coordinator.user)
    for vote in change.votes.filter(is_yes=None):
        levels.vote(vote, is_yes=True, reason="Harmless.", by=vote.user)


def test_lists_cost_the_same_at_one_and_three_posts(
    client: Client, coordinator: Membership, django_assert_num_queries: Any
) -> None:
    published(coordinator)
    for more in (False, True):
        if more:
            for title in ("Second", "Third"):
                again = make_writeup(cohort=coordinator.cohort, title=title)
                cleared_again(again, coordinator)
                writing.consent(again, 2, by=again.wording.by)
                reviewing.review(again, 2, Opinion.READY, "Read.", by=coordinator.user)
                asked = endorsing.ask(again, "Rita", "rita@example.test", by=again.wording.by)
                endorsing.endorse(asked, name="Rita", affiliation="", text="Careful.")
                releasing.publish(fresh(again), by=coordinator.user)
        with django_assert_num_queries(2):  # posts with their wordings, and their authors with their names
            assert len(public.listed()) == (3 if more else 1)
        with django_assert_num_queries(2):
            client.get(reverse("publishing:feed"))
