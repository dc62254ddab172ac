"""What the sign-in pages print besides their forms."""

from __future__ import annotations

import re
from typing import Any

from django import forms, template
from django.utils.safestring import SafeString, mark_safe

from accounts import demo

register = template.Library()


@register.simple_tag
def demo_accounts() -> demo.Demo:
    """The accounts of the demo; none anywhere else."""
    return demo.read()


@register.filter
def without_placeholders(form: forms.BaseForm) -> forms.BaseForm:
    """The same form with labels only: a placeholder vanishes just when it is needed."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    return form


@register.simple_tag
def inline_drawing(svg: Any) -> SafeString:
    """A drawing made on this server, inside the page, because the content policy allows no ``data:`` image."""
    found = re.search(r"<svg\b[^>]*>.*</svg>", str(svg), re.DOTALL)
    return mark_safe(found[0] if found else "")  # noqa: S308 - drawn by the server from a secret of ours
