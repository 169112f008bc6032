"""What must hold in the curriculum at all times."""

from django.db.models import Exists, F, OuterRef, Subquery
from django.utils import timezone

from curriculum.models import Extension, ModuleVersion, ObjectiveVersion, Session, Tick
from curriculum.register import Attendance, AttendanceChange
from whitebox.people.choices import Role
from whitebox.web.invariant import Invariant

FOLLOWED = ModuleVersion.objects.filter(module=OuterRef("module"), version__adoptions__cohort=OuterRef("cohort"))
LAST_CHANGE = AttendanceChange.objects.filter(attendance=OuterRef("pk")).order_by("-pk").values("entered")[:1]

INVARIANTS = (
    Invariant(
        "a tick belongs to a participant",
        lambda: Tick.objects.exclude(membership__role=Role.PARTICIPANT),
    ),
    Invariant(
        "an extension belongs to a participant",
        lambda: Extension.objects.exclude(membership__role=Role.PARTICIPANT),
    ),
    Invariant(
        "a session ahead is about a module of the pack its cohort follows",
        lambda: Session.objects.ahead(timezone.now()).filter(~Exists(FOLLOWED)),
    ),
    Invariant(
        "a mark of attendance belongs to a participant of the session's cohort",
        lambda: Attendance.objects.exclude(membership__role=Role.PARTICIPANT, membership__cohort=F("session__cohort")),
    ),
    Invariant(
        "what a mark of attendance says is what its history says last",
        lambda: Attendance.objects.annotate(last=Subquery(LAST_CHANGE)).exclude(state=F("last")),
    ),
    Invariant(
        "a session is led by somebody of its cohort",
        lambda: Session.objects.filter(leader__isnull=False).exclude(leader__cohort=F("cohort")),
    ),
    Invariant(
        "every module has an objective",
        lambda: ModuleVersion.objects.filter(~Exists(ObjectiveVersion.objects.filter(module_version=OuterRef("pk")))),
    ),
)
