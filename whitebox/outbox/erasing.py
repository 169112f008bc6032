"""Taking people out of letters: that a letter went, of which kind and when, stays."""

from django.db import transaction
from django.db.models import QuerySet

from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter

UNSENT = [LetterState.DRAFT, LetterState.APPROVED, LetterState.FAILED, LetterState.UNCERTAIN]


@transaction.atomic
def blank(letters: QuerySet[Letter]) -> int:
    """Empty letters and return how many. One that waits never leaves; one that is on its way is left for another time.

    Twice empties nothing.
    """
    found = letters.exclude(state=LetterState.SENDING).exclude(address="", text="", html="", subject="")
    found = Letter.objects.filter(pk__in=list(found.values_list("pk", flat=True)))
    found.filter(state__in=UNSENT).update(state=LetterState.CANCELLED)
    return found.exclude(state=LetterState.SENDING).update(
        recipient=None, address="", subject="", text="", html="", attachments=[], error=""
    )
