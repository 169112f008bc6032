"""The form of a note on a contact."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from whitebox import days
from whitebox.people import contact
from whitebox.people.choices import Concern, ContactKind
from whitebox.people.models import ContactNote, Membership, User


class NoteForm(forms.Form):
    """One note. Its level of concern and its next step begin where the last note left them."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ContactKind, initial=ContactKind.MEETING)
    at = days.MomentField(
        label=_("When"),
        required=False,
        help_text=_("In your zone. Empty: now."),
    )
    text = forms.CharField(label=_("Note"), max_length=contact.LONGEST, widget=forms.Textarea(attrs={"rows": 4}))
    next_step = forms.CharField(
        label=_("Next step"),
        required=False,
        max_length=contact.LONGEST_STEP,
        help_text=_("Who does what by when. It stays until a later note names another one or none."),
    )
    concern = forms.TypedChoiceField(
        label=_("How it stands"),
        choices=Concern,
        coerce=int,
        help_text=_("Never shown to the participant."),
    )
    is_shared = forms.BooleanField(
        label=_("The participant may read this note and its next step"),
        required=False,
        help_text=_("Without it only those who teach this person read it."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, last: ContactNote | None) -> None:
        initial = {
            "key": uuid.uuid4(),
            "concern": last.concern if last else Concern.NONE,
            "next_step": last.next_step if last else "",
        }
        super().__init__(data, initial=initial)

    def write(self, about: Membership, *, by: User) -> ContactNote:
        """Call the verb. Raises RuleViolation where the domain refuses."""
        said = self.cleaned_data
        return contact.note(
            about,
            said["text"],
            by=by,
            kind=ContactKind(said["kind"]),
            concern=Concern(said["concern"]),
            next_step=said["next_step"],
            is_shared=said["is_shared"],
            at=said["at"],
            key=said["key"],
        )
