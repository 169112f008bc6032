"""Pages about oneself: the policies one signs, one's name and zone."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from whitebox.people import breaches, policies
from whitebox.people.forms import ProfileForm
from whitebox.people.models import Signature
from whitebox.people.views.reader import signed_in


@require_GET
@login_required
def policies_page(request: HttpRequest) -> HttpResponse:
    """Show what waits for a signature first, then what was signed and when, and what was recorded against it."""
    user = signed_in(request)
    signed = Signature.objects.filter(user=user).select_related("version__policy").order_by("-signed_at", "-pk")
    context = {"owed": policies.owed(user), "signed": signed, "breaches": breaches.of_person(user)}
    return render(request, "people/policies.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def policy_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the wording in force; a POST signs it."""
    user = signed_in(request)
    version = get_object_or_404(policies.current_versions(), policy__slug=slug)
    if request.method == "POST":
        policies.sign(version, by=user)
        messages.success(request, _("You have signed “%(title)s”.") % {"title": version.policy.title})
        return redirect("people:policies" if policies.owed(user) else settings.LOGIN_REDIRECT_URL)
    signature = Signature.objects.filter(user=user, version=version).first()
    return render(request, "people/policy.html", {"version": version, "signature": signature})


@require_http_methods(["GET", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Let people choose how they are called and in which zone they live."""
    form = ProfileForm(request.POST or None, instance=signed_in(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("people:profile")
    return render(request, "people/profile.html", {"form": form})
