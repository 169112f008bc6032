"""What our admin pages add to Django's: a name for every control that the stock pages leave without one.

Inherit `AdminLook[Model]` in place of ModelAdmin, and `InlineLook[Row, Parent]` before TabularInline or StackedInline.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, TypeVar

from django import forms
from django.contrib.admin.options import (
    BaseModelAdmin,
    IncorrectLookupParameters,
    InlineModelAdmin,
    ModelAdmin,
    TabularInline,
)
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.contrib.admin.widgets import (
    AdminSplitDateTime,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    RelatedFieldWidgetWrapper,
)
from django.core.paginator import Paginator
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from whitebox import days, digits

Row = TypeVar("Row", bound=models.Model)
Parent = TypeVar("Parent", bound=models.Model)


class Listing(ChangeList):
    """The stock list, which takes any look-up of a local field; databases refuse numbers that no column holds."""

    def get_filters(self, request: HttpRequest) -> Any:
        if any(digits.is_beyond(part) for texts in self.filter_params.values() for part in _parts(texts)):
            raise IncorrectLookupParameters
        return super().get_filters(request)


class AtLeast(int):
    """A count that stopped: there are more."""

    def __str__(self) -> str:
        return _("more than %(count)s") % {"count": f"{int(self):,}"}


class NearPages(Paginator[Any]):
    """Counts rows as far as somebody can page from where they are: counting all takes longer than showing a page.

    A filter or a search leads further than paging does, and ten pages on there are ten more.

    Who may see few of very many rows gets them by their keys: a database that is asked for the newest hundred walks
    from the newest row of the whole table on, in the hope to meet them soon.
    """

    AHEAD = 10
    FEW = 2000  # rows whose keys are asked for one by one

    def __init__(self, rows: "models.QuerySet[Any]", per_page: int, *, page: int, is_in_order: bool = False) -> None:
        super().__init__(rows, per_page)
        self.is_in_order = is_in_order
        self.most = (min(page, digits.LARGEST // per_page - self.AHEAD) + self.AHEAD) * per_page

    @cached_property
    def count(self) -> int:
        rows: models.QuerySet[Any] = self.object_list  # type: ignore[assignment]  # as it was handed over
        found_first = rows if self.is_in_order else rows.order_by()
        keys = found_first.values_list("pk", flat=True)[: self.most + 1]
        if self.most > self.FEW:
            found = keys.count()
        else:
            near = list(keys)
            found = len(near)
            if found <= self.most:
                self.object_list = rows.filter(pk__in=near)
        return AtLeast(self.most) if found > self.most else found


def _parts(texts: Sequence[str] | str) -> list[str]:
    return [part for text in ([texts] if isinstance(texts, str) else texts) for part in text.split(",")]


class PromptMixin:
    """Puts words where select2 shows nothing, and a name on the box it draws."""

    class Media:
        js = ("js/select2_names.js",)

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        attrs: dict[str, Any] = super().build_attrs(base_attrs, extra_attrs)  # type: ignore[misc] # A mixin for widgets.
        return {**attrs, "data-placeholder": _("Choose")}


class PromptingSelect(PromptMixin, AutocompleteSelect):
    pass


class PromptingSelectMultiple(PromptMixin, AutocompleteSelectMultiple):
    pass


class NamedControls(BaseModelAdmin[Row]):
    """Names the two boxes of a date with a time, and the empty boxes of select2; bounds days and moments."""

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if isinstance(db_field, models.URLField):
            kwargs.setdefault("assume_scheme", "https")
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.DateField | forms.DateTimeField | forms.SplitDateTimeField):
            days.bounded(field)
        if field is not None and isinstance(field.widget, AdminSplitDateTime):
            label = capfirst(str(field.label))
            day, clock = field.widget.widgets
            day.attrs["aria-label"] = _("%(field)s: date") % {"field": label}
            clock.attrs["aria-label"] = _("%(field)s: time") % {"field": label}
        return field

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", PromptingSelect(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField[Any] | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", PromptingSelectMultiple(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def named_formfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Return the field for a table, where a column's heading is its only label."""
        field = self.formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and not isinstance(field.widget, AdminSplitDateTime):
            wrapper = field.widget
            widget = wrapper.widget if isinstance(wrapper, RelatedFieldWidgetWrapper) else wrapper
            widget.attrs.setdefault("aria-label", capfirst(str(field.label)))
        return field


class AdminLook(NamedControls[Row], ModelAdmin[Row]):
    """The site's own ModelAdmin: names for cells that can be edited in the list."""

    is_counted_in_order = False  # where an index leads to the first rows that somebody may see, and to any others less

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Listing

    def get_paginator(
        self, request: HttpRequest, queryset: "models.QuerySet[Any]", per_page: int, *_more: Any, **_named: Any
    ) -> "Paginator[Any]":
        named = (request.GET.get(name, "") for name in (PAGE_VAR, "page"))  # of a list, and of a box that completes
        page = max(digits.whole(text) or 1 for text in named)
        return NearPages(queryset, per_page, page=page, is_in_order=self.is_counted_in_order)

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> type[forms.BaseModelFormSet[Any, Any]]:
        kwargs.setdefault("formfield_callback", partial(self.named_formfield, request=request))
        return super().get_changelist_formset(request, **kwargs)


class NamedRows(BaseInlineFormSet[Any, Any, Any]):
    """A formset whose boxes for deleting have names."""

    def add_fields(self, form: forms.ModelForm[Any], index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields and index is not None:
            form.fields["DELETE"].widget.attrs["aria-label"] = _("Delete row %(number)d") % {"number": index + 1}


class InlineLook(NamedControls[Row], InlineModelAdmin[Row, Parent]):
    """The site's own inlines: names for cells and for the boxes that delete a row."""

    formset = NamedRows

    def get_formset(
        self, request: HttpRequest, obj: Any = None, **kwargs: Any
    ) -> type[BaseInlineFormSet[Any, Any, Any]]:
        if isinstance(self, TabularInline):
            kwargs.setdefault("formfield_callback", partial(self.named_formfield, request=request))
        return super().get_formset(request, obj, **kwargs)
