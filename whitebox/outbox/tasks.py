"""Thin tasks: an id in, a verb called. Each may come twice, late or never."""

from django.utils import timezone

from whitebox.background import task


@task("outbox.send_letter")
def send_letter(letter_id: int) -> None:
    from whitebox.outbox import delivery

    delivery.send(letter_id)


@task("outbox.send_letters")
def send_letters(letter_ids: list[int]) -> None:
    """Send letters that one transaction wrote, one after the other: what does not get its turn, the tick finds."""
    from whitebox.outbox import delivery

    for letter_id in letter_ids:
        delivery.send(letter_id)


@task("outbox.tick")
def tick() -> None:
    from whitebox.outbox import tick as minute

    minute.run(timezone.now())


@task("outbox.deliver_due")
def deliver_due() -> None:
    from whitebox.outbox import tick as minute

    minute.beat("interactive")
    minute.hand_out(timezone.now())
