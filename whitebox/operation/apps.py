from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from whitebox.operation import checks  # noqa: F401  # read, so that they are registered


class OperationConfig(AppConfig):
    name = "whitebox.operation"
    label = "operation"
    verbose_name = _("Operation")
