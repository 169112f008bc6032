"""The forms of writing, deciding and publishing."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sprints.choices import InfohazardLevel
from sprints.models import Excursion, Problem
from sprints.pictures import NewFigure
from sprints.publishing.agreements import TrustedReader
from sprints.publishing.choices import CreditRole, Kind, Licence, Opinion
from sprints.publishing.models import Writeup
from sprints.publishing.writing import LONGEST, Wording
from whitebox import digits
from whitebox.people.forms import PlainSelect
from whitebox.people.models import Cohort, Membership, User

NUMBERS = 400  # characters of a list of problem numbers


class StartForm(forms.Form):
    """A new write-up. Its key names one sending, so that a double click starts one."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, widget=PlainSelect)
    title = forms.CharField(label=_("Title"), max_length=200)
    abstract = forms.CharField(
        label=_("Abstract"),
        max_length=400,
        help_text=_("One sentence: what you found, not what you did."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def offer(self, cohorts: Mapping[int, Cohort]) -> None:
        """Ask for the cohort where there is more than one, and give an unsent form its key."""
        self.cohorts = {str(pk): cohort for pk, cohort in cohorts.items()}
        if len(cohorts) > 1:
            choices = [(key, cohort.title) for key, cohort in self.cohorts.items()]
            self.fields["cohort"] = forms.ChoiceField(label=_("Cohort"), choices=choices, widget=PlainSelect)
        if not self.is_bound:
            self.initial["key"] = uuid.uuid4()

    def cohort(self) -> Cohort:
        return self.cohorts[self.cleaned_data.get("cohort") or next(iter(self.cohorts))]

    def wording(self) -> Wording:
        return Wording(self.cleaned_data["title"], self.cleaned_data["abstract"])


class WordingForm(forms.Form):
    """A wording. `base` is the number of the revision that it changes."""

    base = forms.CharField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("Title"), max_length=200)
    abstract = forms.CharField(
        label=_("Abstract"), max_length=400, help_text=_("One sentence."), widget=forms.Textarea(attrs={"rows": 2})
    )
    source = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}),
        help_text=_("Markdown. Mathematics between $ signs, footnotes as [^1], references as [@key], figures by name."),
    )
    bibliography = forms.CharField(
        label=_("References"), required=False, help_text=_("BibTeX."), widget=forms.Textarea(attrs={"rows": 6})
    )
    note = forms.CharField(label=_("What changed"), required=False, max_length=200)

    @classmethod
    def of(cls, writeup: Writeup) -> "WordingForm":
        """Return a form with the latest wording."""
        names = ("title", "abstract", "source", "bibliography")
        latest = writeup.latest
        initial = {name: getattr(latest, name, "") for name in names}
        return cls(initial={"base": latest.number if latest else 0, **initial})

    def wording(self) -> Wording:
        names = ("title", "abstract", "source", "bibliography", "note")
        return Wording(**{name: self.cleaned_data[name] for name in names})

    def on(self) -> int:
        """Return the number of the revision it was written on."""
        return digits.key(self.cleaned_data.get("base", ""))


class FigureForm(forms.Form):
    file = forms.FileField(label=_("Picture"), help_text=_("PNG, JPEG, GIF or WebP, 5 MB at most."))
    name = forms.CharField(
        label=_("Name in the text"), required=False, max_length=80, help_text=_("Like effect-size.png. Empty: its own.")
    )
    alt = forms.CharField(
        label=_("What it shows"), max_length=500, help_text=_("For those who do not see it: what can be read off it.")
    )

    def figure(self) -> NewFigure:
        return NewFigure(self.cleaned_data["file"], self.cleaned_data["alt"])

    def called(self) -> str:
        return self.cleaned_data["name"] or self.cleaned_data["file"].name or ""


class AltForm(forms.Form):
    alt = forms.CharField(label=_("What it shows"), max_length=500)


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FilesField, self).clean(one, initial) for one in (data or [])]


class ImportForm(forms.Form):
    base = forms.CharField(widget=forms.HiddenInput, required=False)
    file = forms.FileField(label=_("Markdown file or notebook"), help_text=_("Ends in .md or .ipynb."))
    pictures = FilesField(label=_("Its pictures"), required=False, help_text=_("Those that the text names."))


class FactsForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, widget=PlainSelect)
    licence = forms.ChoiceField(label=_("Licence"), choices=Licence.choices, widget=PlainSelect)
    problems = forms.CharField(
        label=_("Problems it answers"),
        required=False,
        max_length=NUMBERS,
        help_text=_("Their numbers, like 1.10, 2.3."),
    )
    excursions = forms.MultipleChoiceField(
        label=_("Excursions it rests on"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def offer(self, excursions: QuerySet[Excursion]) -> None:
        self.known = {str(one.pk): one for one in excursions}
        self.fields["excursions"] = forms.MultipleChoiceField(
            label=_("Excursions it rests on"),
            required=False,
            choices=[(key, one.question) for key, one in self.known.items()],
            widget=forms.CheckboxSelectMultiple,
        )

    def clean_problems(self) -> list[Problem]:
        numbers = [one for one in self.cleaned_data["problems"].replace(",", " ").split() if one]
        found = list(Problem.objects.filter(number__in=numbers))
        missing = [one for one in numbers if one not in {problem.number for problem in found}]
        if missing:
            raise forms.ValidationError(_("The bank has no problem %(number)s.") % {"number": missing[0]})
        return found

    def chosen(self) -> list[Excursion]:
        return [self.known[key] for key in self.cleaned_data["excursions"]]


class AuthorForm(forms.Form):
    person = forms.ChoiceField(label=_("Person"), widget=PlainSelect)
    roles = forms.MultipleChoiceField(
        label=_("Part in the work"), choices=CreditRole.choices, widget=forms.CheckboxSelectMultiple
    )

    def offer(self, people: QuerySet[Membership]) -> None:
        self.known: dict[str, User] = {str(one.user_id): one.user for one in people}
        choices = [(key, user.called) for key, user in self.known.items()]
        self.fields["person"] = forms.ChoiceField(label=_("Person"), choices=choices, widget=PlainSelect)

    def chosen(self) -> User:
        return self.known[self.cleaned_data["person"]]


class BylineForm(forms.Form):
    name = forms.CharField(label=_("Your name on what you publish"), max_length=120)


class NameForm(forms.Form):
    """Somebody for the need-to-know list."""

    person = forms.ChoiceField(label=_("Person"), widget=PlainSelect)

    def offer(self, people: QuerySet[Membership]) -> None:
        self.known: dict[str, User] = {str(one.user_id): one.user for one in people}
        choices = [(key, user.called) for key, user in self.known.items()]
        self.fields["person"] = forms.ChoiceField(label=_("Person"), choices=choices, widget=PlainSelect)

    def chosen(self) -> User:
        return self.known[self.cleaned_data["person"]]


class RemarkForm(forms.Form):
    anchor = forms.ChoiceField(label=_("About"), required=False, widget=PlainSelect)
    text = forms.CharField(label=_("Your remark"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))

    def offer(self, paragraphs: Sequence[Sequence[str]]) -> None:
        choices = [
            ("", _("the text as a whole")),
            *((anchor, f"¶ {anchor.removeprefix('p-')}: {excerpt[:70]}") for anchor, excerpt, _digest in paragraphs),
        ]
        self.fields["anchor"] = forms.ChoiceField(label=_("About"), required=False, choices=choices, widget=PlainSelect)


class ReviewForm(forms.Form):
    opinion = forms.ChoiceField(label=_("Your judgement"), choices=Opinion.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=_("Why"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class LevelForm(forms.Form):
    wanted = forms.ChoiceField(label=_("Level"), choices=InfohazardLevel.choices, widget=PlainSelect)
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def offer(self, present: str) -> None:
        # The first one is chosen until somebody chooses, and the strictest works at once: it stands last.
        names = {
            InfohazardLevel.PUBLIC: _("public"),
            InfohazardLevel.PRIVATE: _("private"),
            InfohazardLevel.SECRET: _("secret"),
        }
        is_secret = present == InfohazardLevel.SECRET
        offered = [
            (level.value, names[level])
            for level in names
            if level.value != present and not (is_secret and level == InfohazardLevel.PUBLIC)
        ]
        self.fields["wanted"] = forms.ChoiceField(label=_("Level"), choices=offered, widget=PlainSelect)


class VoteForm(forms.Form):
    answer = forms.ChoiceField(
        label=_("Your vote"), choices=[("yes", _("yes")), ("no", _("no"))], widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        help_text=_("With a no: what would turn it into a yes?"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @property
    def is_yes(self) -> bool:
        return bool(self.cleaned_data["answer"] == "yes")


class ReadersForm(forms.Form):
    readers = forms.MultipleChoiceField(label=_("Trusted readers"), widget=forms.CheckboxSelectMultiple)

    def offer(self, readers: QuerySet[TrustedReader]) -> None:
        self.known = {str(one.pk): one for one in readers}
        choices = [(key, f"{one.name}, {one.affiliation}".strip(", ")) for key, one in self.known.items()]
        self.fields["readers"] = forms.MultipleChoiceField(
            label=_("Trusted readers"), choices=choices, widget=forms.CheckboxSelectMultiple
        )

    def chosen(self) -> list[TrustedReader]:
        return [self.known[key] for key in self.cleaned_data["readers"]]


class AskForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)


class EndorseForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=120)
    affiliation = forms.CharField(label=_("Affiliation"), max_length=200, required=False)
    text = forms.CharField(
        label=_("Your endorsement"),
        max_length=2000,
        help_text=_("A sentence or two in your own words. Everybody can read it once the text is published."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CorrectForm(forms.Form):
    note = forms.CharField(
        label=_("What was wrong, and what is right"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class RetractForm(forms.Form):
    reason = forms.CharField(label=_("Why it is retracted"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
