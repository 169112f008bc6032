"""What publishing stores about a person: what they wrote, voted, endorsed and remarked."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sprints.publishing import endorsing, releasing
from sprints.publishing.agreements import Endorsement, Named, TrustedReader, Vote
from sprints.publishing.models import Author, Byline, Figure, Remark, Review, Revision
from whitebox.people.subjects import Erasure, Kept, Row, Subject


class PublishingPrivacy:
    def export(self, subject: Subject) -> Mapping[str, Sequence[Row]]:
        user = subject.user
        return {
            "byline": list(Byline.objects.filter(user=user).values("name", "slug")),
            "authorships": list(
                Author.objects.filter(user=user).order_by("pk").values("writeup", "position", "roles", "consented_at")
            ),
            "wordings": list(
                Revision.objects.filter(by=user)
                .order_by("pk")
                .values("writeup", "number", "title", "abstract", "source", "bibliography", "note", "at")
            ),
            "writeup_figures": list(Figure.objects.filter(by=user).order_by("pk").values("name", "alt", "size", "at")),
            "remarks": list(Remark.objects.filter(by=user).order_by("pk").values("excerpt", "text", "at")),
            "reviews": list(Review.objects.filter(by=user).order_by("pk").values("opinion", "text", "at")),
            "votes": list(
                (Vote.objects.filter(user=user) | Vote.objects.filter(reader__email=subject.email))
                .order_by("pk")
                .values("capacity", "change__wanted", "is_yes", "reason", "at")
            ),
            "named_on": list(Named.objects.filter(user=user).order_by("pk").values("at")),
            "endorsements": list(
                _endorsements(subject).values("name", "affiliation", "text", "state", "asked_at", "answered_at")
            ),
            "reads_for": list(_readers(subject).values("cohort__title", "name", "affiliation")),
        }

    def refusals(self, subject: Subject) -> Sequence[str]:
        return []

    def erase(self, subject: Subject, *, now: datetime) -> Erasure:
        """Take the name off what is published; keep texts, votes and reviews, which show no name any more.

        An endorser's word leaves the page with their name: it means nothing without it.
        """
        done = Erasure()
        user = subject.user
        if user is not None and Byline.objects.filter(user=user).exclude(name="").exists():
            releasing.rename(user, "")
            done.add("names on publications", 1)
        if count := Author.objects.filter(user=user).count():
            reason = _("Texts have other authors and readers; they show no name of this person any more.")
            done.kept.append(Kept("authorships", count, reason))
        votes = Vote.objects.filter(user=user) | Vote.objects.filter(reader__email=subject.email)
        if count := votes.count():
            done.kept.append(Kept("votes on levels", count, _("A decision is kept with every vote it rests on.")))
        done.add("endorsements", endorsing.forget(_endorsements(subject), now=now))
        for reader in _readers(subject):  # the key keeps what stands in the place of an address unique
            gone = {"name": "", "affiliation": "", "email": f"erased-{reader.pk}@invalid.invalid", "is_active": False}
            done.add("trusted readers", TrustedReader.objects.filter(pk=reader.pk).update(**gone))
        return done

    def retain(self, now: datetime) -> int:
        """Erase the addresses of those who were asked for an endorsement a year ago or longer."""
        return endorsing.forget_addresses(now)


def _endorsements(subject: Subject) -> QuerySet[Endorsement]:
    return Endorsement.objects.filter(email=subject.email).order_by("pk")


def _readers(subject: Subject) -> QuerySet[TrustedReader]:
    return TrustedReader.objects.filter(email=subject.email).order_by("pk")


PRIVACY = PublishingPrivacy()
