"""The organizers' view of letters: what went out, what waits, what needs a decision; and the wordings."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from whitebox import contributions
from whitebox.errors import RuleViolation
from whitebox.outbox import letters, mailbox, rendering, wordings
from whitebox.outbox.forms import LetterTemplateForm
from whitebox.outbox.models import Channel, Letter, LetterTemplate
from whitebox.people.organized import OrganizedAdmin, organized_cohorts

MAILS = 50  # shown, the newest


@admin.register(Letter)
class LetterAdmin(OrganizedAdmin[Letter]):
    may_change = False
    list_display = ("__str__", "kind", "address", "subject", "state", "due_at", "sent_at")
    list_filter = ("state", "kind")
    search_fields = ("address", "subject")
    ordering = ("-created_at", "-pk")
    fields = (
        "kind",
        "address",
        "channel",
        "about",
        "subject",
        "text",
        "attached",
        "state",
        "due_at",
        "sent_at",
        "tries",
        "error",
    )
    readonly_fields = fields
    actions = ("approve", "cancel", "send_again")

    @admin.display(description=_("attached"))
    def attached(self, letter: Letter) -> str:
        return ", ".join(one["name"] for one in letter.attachments) or "-"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        """Whoever runs the site may read applications without names: letters to people without an account are closed.

        They are found by the organizers of their cohort, as ever. What an app keeps from a person is left out for all.
        """
        rows = super().get_queryset(request)
        for withheld in contributions.attributes("discretion", "letters"):
            rows = rows.exclude(withheld(request.user))
        if not request.user.is_superuser:
            return rows
        return rows.filter(Q(recipient__isnull=False) | Q(cohort__in=organized_cohorts(request)))

    def get_urls(self) -> list[URLPattern]:
        page = path("mailbox/", self.admin_site.admin_view(self.mailbox_page), name="outbox_mailbox")
        return [page, *super().get_urls()]

    def mailbox_page(self, request: HttpRequest) -> HttpResponse:
        """Show organizers the mails that the embedded default wrote to files. With a mail provider there are none."""
        if not organized_cohorts(request):
            raise PermissionDenied
        withheld = {one for some in contributions.attributes("discretion", "addresses") for one in some(request.user)}
        mails = mailbox.newest(Path(settings.EMAIL_FILE_PATH), limit=MAILS, without=withheld)
        context = {**self.admin_site.each_context(request), "title": _("Mails in files"), "mails": mails}
        return TemplateResponse(request, "admin/outbox/mailbox.html", context)

    @admin.action(description=_("Approve: let drafts leave"), permissions=["view"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Letter]) -> None:
        self._each(request, queryset, letters.approve)

    @admin.action(description=_("Cancel"), permissions=["view"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Letter]) -> None:
        self._each(request, queryset, letters.cancel)

    @admin.action(description=_("Send again (not sent or uncertain only)"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Letter]) -> None:
        self._each(request, queryset, letters.send_again)

    def _each(self, request: HttpRequest, queryset: QuerySet[Letter], verb: Callable[..., None]) -> None:
        for letter in queryset:
            try:
                verb(letter, by=request.user)
            except RuleViolation as refused:
                self.message_user(request, f"{letter}: {refused}", messages.WARNING)


@admin.register(LetterTemplate)
class LetterTemplateAdmin(OrganizedAdmin[LetterTemplate]):
    cohort_path = ""
    may_add = True
    form = LetterTemplateForm
    list_display = ("kind", "subject", "is_edited")
    search_fields = ("kind", "subject")
    ordering = ("kind",)
    fields = ("kind", "subject", "body", "is_edited", "looks_like")
    readonly_fields = ("is_edited", "looks_like")

    def get_fields(self, request: HttpRequest, obj: LetterTemplate | None = None) -> tuple[str, ...]:
        return self.fields if obj else ("kind", "subject", "body")

    def get_readonly_fields(self, request: HttpRequest, obj: LetterTemplate | None = None) -> tuple[str, ...]:
        """A wording keeps its kind: programs ask for it by that word."""
        return ("kind", *self.readonly_fields) if obj else ()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        more = {"missing": wordings.missing(timezone.now())}
        return super().changelist_view(request, more | (extra_context or {}))

    def save_model(self, request: HttpRequest, obj: LetterTemplate, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's signature
        obj.is_edited = True
        super().save_model(request, obj, form, change)

    @admin.display(description=_("looks like"))
    def looks_like(self, template: LetterTemplate) -> SafeString:
        """Show the stored wording with example values."""
        shown = rendering.preview(template.subject, template.body, rendering.EXAMPLE)
        # The renderer has sanitised this HTML.
        return format_html("<h3>{}</h3><div>{}</div>", shown.subject, SafeString(shown.html))


@admin.register(Channel)
class ChannelAdmin(OrganizedAdmin[Channel]):
    may_add = True
    list_display = ("title", "cohort", "is_active")
    list_select_related = ("cohort",)
    ordering = ("cohort", "title", "pk")
    actions = ("try_out",)

    @admin.action(description=_("Send a trial message"), permissions=["change"])
    def try_out(self, request: HttpRequest, queryset: QuerySet[Channel]) -> None:
        """Queue a message that shows whether the address works; the letters list tells how it went."""
        for channel in queryset.select_related("cohort"):
            key = f"channel-trial:{channel.pk}:{timezone.now():%Y%m%dT%H%M%S}"
            named = {"cohort": channel.cohort.title}
            letters.queue(letters.Request("channel-trial", key, channel, named, cohort_id=channel.cohort_id))
        self.message_user(request, _("Queued. The list of letters shows whether it arrived."), messages.SUCCESS)
