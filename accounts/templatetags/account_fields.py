"""Fields as our pages show them."""

from __future__ import annotations

from django import template
from django.forms.boundfield import BoundField

register = template.Library()


@register.filter
def unprompted(field: BoundField) -> BoundField:
    """Without a placeholder: the label says it already, and stays while one types."""
    field.field.widget.attrs.pop("placeholder", None)
    return field
