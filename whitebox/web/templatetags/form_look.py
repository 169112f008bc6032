from django import template
from django.forms import BoundField, MultiWidget, SelectDateWidget

register = template.Library()


@register.filter
def control_id(field: BoundField) -> str:
    """Return the id of the control that a link to `field` should bring to focus."""
    widget = field.field.widget
    if isinstance(widget, SelectDateWidget):
        return widget.month_field % field.auto_id
    if isinstance(widget, MultiWidget):
        return f"{field.auto_id}{widget.widgets_names[0]}"  # type: ignore[attr-defined]  # the stubs leave it out
    if widget.use_fieldset:
        return f"{field.auto_id}_0"
    return str(field.id_for_label)
