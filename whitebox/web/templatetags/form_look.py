from django import template
from django.forms import BoundField, SelectDateWidget

register = template.Library()


@register.filter
def control_id(field: BoundField) -> str:
    """Return the id of the control that a link to `field` should bring to focus."""
    widget = field.field.widget
    if isinstance(widget, SelectDateWidget):
        return widget.month_field % field.auto_id
    if widget.use_fieldset:
        return f"{field.auto_id}_0"
    return str(field.id_for_label)
