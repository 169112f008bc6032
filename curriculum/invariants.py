"""What must hold in the curriculum at all times."""

from django.db.models import Exists, OuterRef

from curriculum.models import Extension, ModuleVersion, ObjectiveVersion, Session, Tick
from whitebox.people.choices import Role
from whitebox.web.invariant import Invariant

FOLLOWED = ModuleVersion.objects.filter(module=OuterRef("module"), version__adoptions__cohort=OuterRef("cohort"))

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
        "a session is about a module of the pack its cohort follows",
        lambda: Session.objects.filter(~Exists(FOLLOWED)),
    ),
    Invariant(
        "every module has an objective",
        lambda: ModuleVersion.objects.filter(~Exists(ObjectiveVersion.objects.filter(module_version=OuterRef("pk")))),
    ),
)
