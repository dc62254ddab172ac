"""How forms look and speak: our crispy helper, plain words, the questions of a questionnaire. No rule here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, LayoutObject, TemplateNameMixin
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from reviews.queries.answer_history import Trace
    from reviews.queries.proof import OfAnswer
    from reviews.rules.thresholds import Line

Show = Literal["scale", "rate", "plain", "picks", "segments", "single", "compute"]


def helper(*parts: Any) -> FormHelper:
    """A helper for a form inside ``components/_form.html``, which prints the form tag and the token itself."""
    made = FormHelper()
    made.form_tag = False
    made.disable_csrf = True
    if parts:
        made.layout = Layout(*parts)
    return made


class PlainForm(forms.Form):
    """A form that says what is missing in plain words; the browser's own checks are off, because they say less."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = missing_words(field)


def missing_words(field: forms.Field) -> _StrPromise:
    """What a required field says when it is empty."""
    if isinstance(field.widget, forms.CheckboxInput):
        return _("Tick this to go on.")
    if isinstance(field.widget, forms.FileInput):
        return _("Choose a file.")
    if isinstance(field.widget, forms.CheckboxSelectMultiple):
        return _("Choose at least one.")
    if isinstance(field.widget, (forms.RadioSelect, forms.Select)):
        return _("Choose one.")
    return _("Please fill this in.")


class Question(TemplateNameMixin):
    """One question with its number, the reason it is asked, its help and its error beside it.

    ``show`` is how the answers look: rows of words with numbers (``scale``), the numbers alone in one row with their
    words behind them (``rate``, for those who know the scale), rows of words (``plain``), a grid of boxes (``picks``),
    short segments (``segments``), one control (``single``), or an amount with the amounts it follows from
    (``compute``, with ``helpers``). A question that hangs on another is indented and says ``why``.
    Below it stand ``foot``, who answered (``trace``), what proves it (``proof``), for an amount which ``thresholds`` it
    passes, and what the board ``asked`` about the answer.
    """

    def __init__(
        self,
        key: str,
        *,
        show: Show,
        number: str = "",
        why: str | Promise = "",
        helpers: Sequence[str] = (),
        more_label: str | Promise = "",
        more: Sequence[str | Promise] = (),
        foot: Sequence[str | Promise] = (),
        asked: Sequence[object] = (),
        trace: Trace | None = None,
        thresholds: Sequence[tuple[Line, str]] = (),
        proof: OfAnswer | None = None,
    ) -> None:
        self.key, self.show, self.helpers = key, show, tuple(helpers)
        self.extra = {
            "key": key,
            "number": number,
            "why": why,
            "child": bool(why),
            "more_label": more_label,
            "more": more,
            "foot": foot,
            "asked": asked,
            "trace": trace,
            "thresholds": thresholds,
            "proof": proof,
            "passed_count": sum(line.is_passed for line, _amount in thresholds),
        }

    def render(self, form: forms.BaseForm, context: Any, template_pack: Any = None, **options: Any) -> SafeString:
        """The question as HTML. Every field stands once: crispy is told that it has been printed."""
        rendered = form.rendered_fields  # type: ignore[attr-defined]
        rendered |= {self.key, *self.helpers}
        field = form[self.key]
        if self.show in ("single", "compute"):
            _dress(field, *(form[name] for name in self.helpers))
        name = self.show if self.show in ("single", "compute", "rate") else "choices"
        values = {"field": field, "show": self.show, "helpers": [form[name] for name in self.helpers], **self.extra}
        values |= {name: context.get(name) for name in ("request", "now")}  # for the moments of what was asked
        return render_to_string(f"components/questions/{name}.html", values)

    def render_foot(self) -> SafeString:
        """Only what stands below the question: what follows from the answer, and who gave it."""
        return render_to_string("components/questions/_foot_lines.html", self.extra)


class Details(LayoutObject):
    """Questions that most people skip, folded away under a summary that says what stands in them."""

    def __init__(self, summary: str | Promise, *fields: Any, is_open: bool = False) -> None:
        self.summary, self.fields, self.is_open = summary, list(fields), is_open

    def render(self, form: forms.BaseForm, context: Any, template_pack: Any = TEMPLATE_PACK, **options: Any) -> str:
        """The fold as HTML, open where something in it was typed or is at fault."""
        body = self.get_rendered_fields(form, context, template_pack, **options)
        values = {"summary": self.summary, "is_open": self.is_open, "body": body}
        return render_to_string("components/questions/details.html", values)


def _dress(*fields: forms.BoundField) -> None:
    """Gives a control the classes of our stylesheet, as crispy does for the fields it prints itself."""
    for field in fields:
        widget = field.field.widget
        css = "form-select" if isinstance(widget, forms.Select) else "form-control"
        widget.attrs["class"] = " ".join(
            filter(None, [widget.attrs.get("class"), css, "is-invalid" if field.errors else ""])
        )


__all__ = ["Details", "Field", "PlainForm", "Question", "helper", "missing_words"]
