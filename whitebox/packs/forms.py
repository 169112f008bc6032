"""What organizers send about packs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from whitebox.packs import zips
from whitebox.packs.contents import Contents, ContentsError


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Pack, as a zip"),
        help_text=_("The folder with programme.yml in it, zipped; at most 20 MB."),
        widget=forms.FileInput({"accept": ".zip,application/zip"}),
    )

    @property
    def contents(self) -> Contents:
        """The files of the zip, once the form is valid."""
        read: Contents = self.cleaned_data["file"]
        return read

    def clean_file(self) -> Contents:
        try:
            return zips.read(self.cleaned_data["file"])
        except ContentsError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class MoveForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=300, help_text=_("Kept with the record of the move."))
