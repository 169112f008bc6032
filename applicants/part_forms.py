"""The forms in which organizers write one entry of a round's form: a step, a question, a criterion, a stage."""

from collections.abc import Sequence
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.validators import RegexValidator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applicants import form_parts
from applicants.choices import OthersVisible, QuestionKind, ShownTo, StageKind
from applicants.form_parts import Entry, Kind, Parts, Place
from applicants.pack import LONGEST_TASK, MAIN
from applicants.stage_forms import in_zone
from whitebox import days

NEW = "+"  # stands for a rubric of the stage's own; no slug is written like it
LEVELS = ("1", "2", "3", "4", "5")
SLUG = RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z", gettext_lazy("Small letters, digits and single hyphens only."))


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PartForm(forms.Form):
    """One entry. What it may hold is decided by the schema of packs; the fields only lead there."""

    kind: ClassVar[Kind]
    slug = forms.CharField(
        label=gettext_lazy("Short name"),
        required=False,
        max_length=60,
        validators=[SLUG],
        help_text=gettext_lazy("Stands in exports and in the pack, and cannot be changed. Empty: made from the title."),
    )
    errors_of: ClassVar[dict[str, str]] = {}  # from a key of the entry to the field that shows what is wrong with it

    def __init__(self, *args: Any, parts: Parts, place: Place, **kwargs: Any) -> None:
        self.parts, self.place = parts, place
        self.present = parts.find(place) if place.slug else None
        kwargs["initial"] = (self.shown(self.present) if self.present else {}) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if self.present:
            del self.fields["slug"]
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the rest of the form."""

    def shown(self, entry: Entry) -> Entry:
        """Return an entry as its fields show it."""
        return dict(entry)

    def written(self, given: Entry) -> Entry:
        """Return an entry from what the fields say, without its slug."""
        raise NotImplementedError

    def called(self, given: Entry) -> str:
        """Return what a short name is made from."""
        return str(given.get("title", ""))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        slug = self.present["slug"] if self.present else given["slug"] or self._fresh(given)
        if not self.present and self.parts.find(Place(self.place.kind, slug, self.place.rubric)):
            self.add_error("slug", _("Another entry has this short name already."))
        self.entry: Entry = {"slug": slug, **self.written(given)}
        for key, reason in form_parts.wrong_with(self.place.kind, self.entry):
            name = self.errors_of.get(key, key)
            self.add_error(name if name in self.fields else None, reason)
        return given

    def _fresh(self, given: Entry) -> str:
        return form_parts.slug_for(self.parts, self.place, self.called(given))

    def changed_parts(self) -> Parts:
        """Put the entry into the parts and return them."""
        form_parts.put(self.parts, self.place, self.entry)
        return self.parts

    def layout(self) -> Layout:
        return Layout(*self.fields)

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = self.layout()
        return helper

    def _slug(self) -> Sequence[str]:
        return ["slug"] if "slug" in self.fields else []


def lines_of(texts: Sequence[str]) -> str:
    return "\n".join(" ".join(text.split()) for text in texts)


def texts_of(lines: str, present: Sequence[str]) -> list[str]:
    """Return one text for each line; one that stood there before keeps its own blanks."""
    before = {" ".join(text.split()): text for text in present}
    plain = [" ".join(line.split()) for line in lines.splitlines()]
    return [before.get(line, line) for line in plain if line]


class SectionForm(PartForm):
    kind = Kind.SECTION
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    intro = forms.CharField(label=gettext_lazy("What applicants read first"), required=False, widget=area(4))

    def written(self, given: Entry) -> Entry:
        return {"title": given["title"], "intro": given["intro"]}


class QuestionForm(PartForm):
    kind = Kind.QUESTION
    label = forms.CharField(label=gettext_lazy("Question"), max_length=500, widget=area(3))
    # What a kind has besides is shown for all: without scripts a page cannot know what was chosen.
    kind_ = forms.ChoiceField(label=gettext_lazy("Kind of answer"), choices=QuestionKind)
    section = forms.ChoiceField(label=gettext_lazy("Step of the form"), required=False)
    new_section = forms.CharField(
        label=gettext_lazy("Or a new step called"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("It comes after the steps that are there."),
    )
    help = forms.CharField(
        label=gettext_lazy("Help below the question"),
        required=False,
        max_length=4000,
        widget=area(5),
        help_text=gettext_lazy("Markdown."),
    )
    required = forms.BooleanField(label=gettext_lazy("Needs an answer"), required=False)
    words = forms.IntegerField(
        label=gettext_lazy("Limit of words"),
        required=False,
        min_value=1,
        max_value=5000,
        help_text=gettext_lazy("For short and long answers. Empty: no limit."),
    )
    options = forms.CharField(
        label=gettext_lazy("Choices, one on each line"),
        required=False,
        max_length=20_000,
        widget=area(6),
        help_text=gettext_lazy("For one of several, any of several, and scales (from the lowest to the highest)."),
    )
    shown_to = forms.ChoiceField(
        label=gettext_lazy("Who reads the answer"),
        choices=ShownTo,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("What shows who somebody is, and every file, is for organizers only."),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes it takes to answer"), min_value=0, max_value=600, initial=1
    )
    errors_of = {"kind": "kind_"}

    def prepare(self) -> None:
        choice = self.fields["section"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101  # narrows the type
        choice.choices = [("", _("a new step")), *((one["slug"], one["title"]) for one in self.parts.sections)]

    def shown(self, entry: Entry) -> Entry:
        plain = {name: value for name, value in entry.items() if name != "kind"}
        return plain | {"kind_": entry["kind"], "options": lines_of(entry.get("options", []))}

    def called(self, given: Entry) -> str:
        return str(given["label"])

    def clean_new_section(self) -> str:
        title = str(self.cleaned_data["new_section"])
        if not title and not self.cleaned_data.get("section"):
            raise forms.ValidationError(_("Choose a step, or write the title of a new one."))
        return title

    def written(self, given: Entry) -> Entry:
        present = self.present or {}
        return {
            "section": self._step(given),
            "label": " ".join(given["label"].split()),
            "help": given["help"].replace("\r\n", "\n"),
            "kind": given["kind_"],
            "required": given["required"],
            "words": given["words"],
            "options": texts_of(given["options"], present.get("options", [])),
            "shown_to": given["shown_to"],
            "minutes": given["minutes"],
        }

    def _step(self, given: Entry) -> str:
        if not given["new_section"]:
            return str(given["section"])
        return form_parts.slug_for(self.parts, Place(Kind.SECTION), given["new_section"])

    def changed_parts(self) -> Parts:
        if title := self.cleaned_data["new_section"]:
            self.parts.sections.append({"slug": self.entry["section"], "title": title})
        return super().changed_parts()

    def layout(self) -> Layout:
        return Layout(
            "label",
            Div("kind_", "shown_to", css_class="columns"),
            Div("section", "new_section", css_class="columns"),
            "help",
            "required",
            "options",
            Div("words", "minutes", css_class="columns"),
            *self._slug(),
        )


class CriterionForm(PartForm):
    kind = Kind.CRITERION
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    weight = forms.IntegerField(
        label=gettext_lazy("Weight"),
        min_value=1,
        max_value=100,
        initial=1,
        help_text=gettext_lazy("Against the other criteria of this rubric."),
    )
    tier = forms.BooleanField(label=gettext_lazy("A bar to pass first, before the total counts"), required=False)
    guidance = forms.CharField(
        label=gettext_lazy("Guidance for reviewers"), required=False, max_length=8000, widget=area(5)
    )

    def prepare(self) -> None:
        for level in LEVELS:
            self.fields[f"level_{level}"] = forms.CharField(
                label=_("Level %(level)s looks like this") % {"level": level}, max_length=1000, widget=area(2)
            )

    def shown(self, entry: Entry) -> Entry:
        plain = {name: value for name, value in entry.items() if name != "levels"}
        return plain | {f"level_{level}": text for level, text in entry["levels"].items()}

    def written(self, given: Entry) -> Entry:
        return {
            "title": given["title"],
            "weight": given["weight"],
            "tier": given["tier"],
            "levels": {int(level): given[f"level_{level}"].replace("\r\n", "\n") for level in LEVELS},
            "guidance": given["guidance"].replace("\r\n", "\n"),
        }

    def layout(self) -> Layout:
        levels = Fieldset(_("Levels"), *(f"level_{level}" for level in LEVELS))
        return Layout("title", "weight", "tier", levels, "guidance", *self._slug())


class StageForm(PartForm):
    kind = Kind.STAGE
    title = forms.CharField(label=gettext_lazy("Title for the team"), max_length=120)
    applicant_title = forms.CharField(label=gettext_lazy("Title that applicants read"), max_length=120)
    kind_ = forms.ChoiceField(label=gettext_lazy("Kind"), choices=StageKind)
    blind = forms.BooleanField(label=gettext_lazy("Reviewers do not see who it is"), required=False, initial=True)
    reviews = forms.IntegerField(
        label=gettext_lazy("Reviews wanted of each application"), min_value=0, max_value=20, initial=2
    )
    others_visible = forms.ChoiceField(
        label=gettext_lazy("Reviewers see what others wrote"),
        choices=OthersVisible,
        initial=OthersVisible.AFTER_OWN,
        widget=forms.RadioSelect,
    )
    rubric = forms.ChoiceField(label=gettext_lazy("Rubric"))
    task = forms.CharField(
        label=gettext_lazy("Task of a work test"),
        required=False,
        max_length=LONGEST_TASK,
        widget=area(10),
        help_text=gettext_lazy("Markdown. For work tests only."),
    )
    hours = forms.IntegerField(
        label=gettext_lazy("Hours that a work test is open to each applicant"), min_value=1, max_value=1440, initial=72
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes that an interview lasts, or a work test takes"),
        min_value=5,
        max_value=480,
        initial=30,
    )
    prompts = forms.CharField(
        label=gettext_lazy("Questions of an interview, one on each line"),
        required=False,
        max_length=20_500,
        widget=area(5),
    )
    errors_of = {"kind": "kind_"}

    def prepare(self) -> None:
        choice = self.fields["rubric"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101  # narrows the type
        own = self.present is not None and self.place.slug in self.parts.rubrics
        named = [(name, _("the main rubric") if name == MAIN else name) for name in self.parts.rubrics]
        choice.choices = named if own else [*named, (NEW, _("one of its own, to begin with like the main one"))]

    def shown(self, entry: Entry) -> Entry:
        plain = {name: value for name, value in entry.items() if name not in {"kind", "task"}}
        return plain | {
            "kind_": entry.get("kind", StageKind.READING),
            "blind": entry.get("blind", True),
            "rubric": entry.get("rubric") or MAIN,
            "task": self.parts.tasks.get(entry.get("task", ""), ""),
            "prompts": lines_of(entry.get("prompts", [])),
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        is_test = given.get("kind_") == StageKind.WORK_TEST
        if not self.errors and is_test != bool(given["task"]):
            self.add_error(
                "task", _("A work test needs its task.") if is_test else _("Only a work test has a task: take it out.")
            )
        return given

    def written(self, given: Entry) -> Entry:
        slug = self.present["slug"] if self.present else given["slug"] or self._fresh(given)
        present = self.present or {}
        rubric = {MAIN: None, NEW: slug}.get(given["rubric"], given["rubric"])
        return {
            "title": given["title"],
            "applicant_title": given["applicant_title"],
            "kind": given["kind_"],
            "blind": given["blind"],
            "reviews": given["reviews"],
            "others_visible": given["others_visible"],
            "rubric": rubric,
            "task": (present.get("task") or slug) if given["kind_"] == StageKind.WORK_TEST else None,
            "hours": given["hours"],
            "minutes": given["minutes"],
            "prompts": texts_of(given["prompts"], present.get("prompts", [])),
        }

    def changed_parts(self) -> Parts:
        if self.cleaned_data["rubric"] == NEW:
            self.parts.rubrics[self.entry["slug"]] = [dict(one) for one in self.parts.rubrics[MAIN]]
        if self.entry["task"]:
            self.parts.tasks[self.entry["task"]] = self.cleaned_data["task"].replace("\r\n", "\n").strip() + "\n"
        return super().changed_parts()

    def layout(self) -> Layout:
        return Layout(
            Div("title", "applicant_title", css_class="columns"),
            Div("kind_", "rubric", css_class="columns"),
            "blind",
            "others_visible",
            Div("reviews", "hours", "minutes", css_class="columns"),
            "task",
            "prompts",
            *self._slug(),
        )


class DatesForm(forms.Form):
    """When a stage is read, by the clock of the round."""

    opens_at = days.MomentField(label=gettext_lazy("Reading opens"), required=False)
    closes_at = days.MomentField(label=gettext_lazy("Reading closes"), required=False)

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def _placed(self, name: str) -> Any:
        moment = self.cleaned_data[name]
        return in_zone(moment, self.zone) if moment else None

    def clean_opens_at(self) -> Any:
        return self._placed("opens_at")

    def clean_closes_at(self) -> Any:
        return self._placed("closes_at")


FORMS: dict[Kind, type[PartForm]] = {one.kind: one for one in (SectionForm, QuestionForm, CriterionForm, StageForm)}
