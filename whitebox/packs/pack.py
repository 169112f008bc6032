"""The ground floor's own part of a pack: programme.yml, policies and letters."""

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from whitebox.errors import RuleViolation
from whitebox.outbox import rendering
from whitebox.outbox.models import LetterTemplate
from whitebox.packs import texts
from whitebox.packs.folder import Folder, Strict
from whitebox.packs.models import PackVersion
from whitebox.packs.reports import Report
from whitebox.people import policies
from whitebox.people.zones import names
from whitebox.text.rendering import render

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
RoleName = Literal["participant", "mentor", "organizer", "reviewer", "adviser"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Nudges(Strict):
    learner_days: int = Field(3, ge=1, le=60)
    mentor_days: int = Field(7, ge=1, le=60)
    organizer_days: int = Field(14, ge=1, le=120)


class WeeklySession(Strict):
    weekday: Weekday
    start: Clock
    minutes: int = Field(ge=15, le=600)


class DueBefore(Strict):
    days_before: int = Field(ge=0, le=14)
    at: Clock


class DueAfter(Strict):
    days_after: int = Field(ge=0, le=28)
    at: Clock


class Programme(Strict):
    """What programme.yml says. Weeks and wall times only, never dates."""

    format: Literal[1]
    slug: Slug
    title: str = Field(max_length=120)
    summary: str
    language: str = "en"
    licence: str
    weeks: int = Field(ge=1, le=52)
    threshold_percent: int = Field(ge=1, le=100)
    zone: str
    seats: int = Field(ge=1, le=10_000)
    nudges: Nudges = Nudges()
    session: WeeklySession
    prework_due: DueBefore
    check_due: DueAfter

    @field_validator("zone")
    @classmethod
    def zone_is_known(cls, value: str) -> str:
        if value not in names():
            raise ValueError(f"{value} is not a time zone")
        return value


class PolicyHead(Strict):
    slug: Slug
    title: str = Field(max_length=120)
    version: str = Field(max_length=40, coerce_numbers_to_str=True)
    required_for: list[RoleName]


class LetterHead(Strict):
    kind: Slug
    subject: str = Field(max_length=200)


class Target(Strict):
    min: int = Field(ge=0)
    max: int | None = Field(None, ge=0)

    @model_validator(mode="after")
    def is_a_range(self) -> Self:
        if self.max is not None and self.max < self.min:
            raise ValueError("max is smaller than min")
        return self


class Alarm(Strict):
    below: int = Field(ge=0)


class Milestone(Strict):
    slug: Slug
    title: str = Field(min_length=1, max_length=160)
    measure: Literal["enrolled", "completed", "placed", "published", "solved", "hackathon_place"]
    target: Target
    alarm: Alarm | None = None


class Milestones(Strict):
    """What milestones.yml says."""

    milestones: list[Milestone]


class ProgrammeSection:
    name = "programme"
    order = 10
    patterns = ("programme.yml", "policies/*.md", "letters/*.md", "milestones.yml")
    schemas = {
        "programme.yml": Programme,
        "policies/*.md": PolicyHead,
        "letters/*.md": LetterHead,
        "milestones.yml": Milestones,
    }

    def check(self, folder: Folder, report: Report) -> None:
        folder.yaml("programme.yml", Programme)
        if folder.exists("milestones.yml"):
            self._check_milestones(folder, report)
        for file in folder.files("policies/*.md"):
            self._check_policy(folder, file, report)
        for file in folder.files("letters/*.md"):
            self._check_letter(folder, file, report)

    def _check_milestones(self, folder: Folder, report: Report) -> None:
        parsed = folder.yaml("milestones.yml", Milestones)
        seen: set[str] = set()
        for index, one in enumerate(parsed.data.milestones if parsed else ()):
            if parsed and one.slug in seen:
                line = parsed.lines.of("milestones", index, "slug")
                report.error("milestones.yml", line, f"the milestone “{one.slug}” stands twice")
            seen.add(one.slug)

    def _check_policy(self, folder: Folder, file: str, report: Report) -> None:
        parsed = folder.front_matter(file, PolicyHead)
        if parsed is None:
            return
        if file != f"policies/{parsed.data.slug}.md":
            report.error(
                file, parsed.lines.of("slug"), "the file's name is not its slug", f"call it {parsed.data.slug}.md"
            )
        texts.check(file, parsed.body_line, render(parsed.body), report)

    def _check_letter(self, folder: Folder, file: str, report: Report) -> None:
        parsed = folder.front_matter(file, LetterHead)
        if parsed is None:
            return
        if file != f"letters/{parsed.data.kind}.md":
            report.error(
                file,
                parsed.lines.of("kind"),
                "the file's name is not the letter's kind",
                f"call it {parsed.data.kind}.md",
            )
        try:
            rendering.preview(parsed.data.subject, parsed.body, {})
        except RuleViolation as refused:
            report.error(file, parsed.body_line, str(refused))

    def publish(self, folder: Folder, version: PackVersion) -> None:
        for file in folder.files("policies/*.md"):
            parsed = folder.front_matter(file, PolicyHead)
            if parsed is not None:
                head = parsed.data
                policies.publish(
                    head.slug,
                    title=head.title,
                    required_for=list(head.required_for),
                    label=head.version,
                    source=parsed.body,
                    html=render(parsed.body).html,
                )
        for file in folder.files("letters/*.md"):
            letter = folder.front_matter(file, LetterHead)
            if letter is not None:
                keep_or_replace(letter.data, letter.body)


def keep_or_replace(head: LetterHead, body: str) -> None:
    """Store a shipped wording, unless an organizer has changed it here."""
    LetterTemplate.objects.get_or_create(kind=head.kind, defaults={"subject": head.subject, "body": body})
    LetterTemplate.objects.filter(kind=head.kind, is_edited=False).update(subject=head.subject, body=body)


def read_programme(folder: Folder) -> Programme:
    """Return programme.yml of a pack that passed its check."""
    parsed = folder.yaml("programme.yml", Programme)
    if parsed is None:
        raise RuleViolation("programme.yml could not be read.")
    return parsed.data


def read_milestones(folder: Folder) -> list[Milestone]:
    """Return milestones.yml of a pack that passed its check; a pack may have none."""
    parsed = folder.yaml("milestones.yml", Milestones) if folder.exists("milestones.yml") else None
    return parsed.data.milestones if parsed else []


SECTION = ProgrammeSection()
