"""Every component on one page, for those who write templates. Served in development only."""

from types import SimpleNamespace

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe


class ExampleForm(forms.Form):
    name = forms.CharField(label=_("Your name"), help_text=_("How you want to be called."))
    reason = forms.CharField(label=_("Why do you apply?"), widget=forms.Textarea(attrs={"rows": 4}))
    hours = forms.ChoiceField(label=_("Hours a week"), choices=[("5", "5"), ("10", "10")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label=_("I have read the policy."))

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout(Fieldset(_("You"), "name", "reason"), "hours", "agreed", Submit("send", _("Send")))
        return helper


@require_safe
def style_guide(request: HttpRequest) -> HttpResponse:
    """Show the components with invented content."""
    states = ("mastered", "not_yet", "locked", "open")
    objectives = [
        SimpleNamespace(code=f"1.{n}", title=_("Objective"), state=state) for n, state in enumerate(states, 1)
    ]
    weeks = [
        SimpleNamespace(
            number=number,
            title=_("Gradients from scratch"),
            url="#main",
            state=state,
            is_current=number == 2,
            reason=_("Objective 1.2 is not yet mastered.") if state == "locked" else "",
            objectives=objectives,
        )
        for number, state in enumerate(states, 1)
    ]
    context = {
        "form": ExampleForm(data={"name": "Ana"}),
        "weeks": weeks,
        "now": timezone.now(),
        "trail": [(_("Home"), reverse("web:home"))],
        "page": Paginator(range(60), 20).get_page(2),
        "head": [_("Item"), _("Right"), _("Of")],
        "rows": [["1.1", 9, 12], ["1.2", 4, 12]],
    }
    return render(request, "web/style_guide.html", context)
