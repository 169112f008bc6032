"""Interviews in calendars: the interviewer's in their feed, the applicant's as a file. Codes only, no names."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from applicants.appointments import Booking
from applicants.choices import BookingState
from whitebox.outbox.attachments import Attachment
from whitebox.people.models import User
from whitebox.web import feed
from whitebox.web.feed import Item


def items(user: User) -> Iterable[Item]:
    """Return every interview that was booked with a person, cancelled ones too. One query.

    Not with an applicant with whom they have a conflict of interest: the letter that ended it took it out of calendars.
    """
    found = Booking.objects.not_barred(user).filter(slot__interviewer__membership__user=user)
    return [_host_item(booking) for booking in found.select_related("slot", "application").order_by("pk")]


def _host_item(booking: Booking) -> Item:
    title = _("Interview %(code)s") % {"code": booking.application.code}
    address = settings.SITE_URL + reverse("admin:applicants_interviews")
    return _item(booking, f"interview-{booking.pk}", title, address=address)


def guest_item(booking: Booking) -> Item:
    """Return an applicant's own interview, as their calendar names it.

    They have one at a stage: another time takes the place of the one before under the same id.
    """
    title = _("Interview: %(round)s") % {"round": booking.application.round.title}
    return _item(booking, f"interview-{booking.slot.stage.slug}", title, step=2 * booking.pk)


def _item(booking: Booking, uid: str, title: str, *, address: str = "", step: int = 0) -> Item:
    slot, is_cancelled = booking.slot, booking.state == BookingState.CANCELLED
    return Item(
        uid=uid,
        title=title,
        starts_at=slot.starts_at,
        ends_at=slot.starts_at + timedelta(minutes=slot.minutes),
        zone=slot.zone,
        changed_at=booking.ended_at or booking.at,
        place=slot.place,
        is_cancelled=is_cancelled,
        address=address,
        step=step,
    )


def for_guest(booking: Booking) -> Attachment:
    """Return the interview as the letter to its applicant carries it."""
    application = booking.application
    return _attached(feed.message(guest_item(booking), owner=application.code, to=application.identity.email))


def for_host(booking: Booking) -> Attachment:
    """Return the interview as the letter to its interviewer carries it, by the id that it has in their feed.

    One that was called off bears no code: after a conflict of interest it is no business of theirs.
    """
    host = booking.slot.interviewer.membership.user
    item = _host_item(booking)
    if item.is_cancelled:
        item = replace(item, title=_("Interview"), address="")
    return _attached(feed.message(item, owner=str(host.pk), to=host.email))


def _attached(message: feed.Message) -> Attachment:
    return Attachment("interview.ics", message.text, subtype="calendar", parameters={"method": message.method})
