"""Two pages to measure ours against: the least a signed-in page can do, and Django's own list of 100 rows."""

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from applicants.models import Application
from whitebox.people.models import Membership

site = admin.AdminSite(name="stock")


class StockApplicationAdmin(admin.ModelAdmin[Application]):
    list_display = ("code", "round", "stage", "state", "source", "submitted_at")
    list_select_related = ("round", "stage")
    list_filter = ("state",)
    search_fields = ("code", "identity__name", "identity__email")


site.register(Application, StockApplicationAdmin)


@login_required
def minimal(request: HttpRequest) -> HttpResponse:
    """Ask for the session, the person and one indexed row, and show them."""
    membership = Membership.objects.filter(user_id=request.user.pk or 0).first()
    return render(request, "floor.html", {"membership": membership})


urlpatterns = [
    path("minimal/", minimal),
    path("admin/", site.urls),
]
