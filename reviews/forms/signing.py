"""Which of several decisions are signed together. Nothing is ticked before somebody ticks it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from reviews.forms.layout import PlainForm
from reviews.rules.states import CommitteeRole

_VALUE = re.compile(r"(?P<decision>[\w-]{1,22}):(?P<seat>\w{1,32}):(?P<version>\d{1,9}):(?P<reference>[\w-]{1,20})\Z")


@dataclass(frozen=True)
class Ticked:
    """One decision that was ticked, as it was shown: its seat, the case's version, and the case's reference."""

    decision: str
    seat: str
    version: int
    reference: str

    @property
    def value(self) -> str:
        """As the box carries it."""
        return f"{self.decision}:{self.seat}:{self.version}:{self.reference}"


class TickedField(forms.Field):
    """The boxes that were ticked."""

    widget = forms.CheckboxSelectMultiple

    def to_python(self, value: Any) -> list[Ticked]:
        """Each box read back."""
        found = [_VALUE.match(str(one)) for one in value or ()]
        read = [one.groupdict() for one in found if one is not None]
        if len(read) < len(found) or any(one["seat"] not in set(CommitteeRole) for one in read):
            raise ValidationError(_("A box was not one of this page. Load the page again."), code="invalid")
        return [Ticked(one["decision"], one["seat"], int(one["version"]), one["reference"]) for one in read]


class TogetherForm(PlainForm):
    """The decisions that somebody signs at once."""

    pick = TickedField(label=_("Decisions"), error_messages={"required": _("Tick at least one that you have read.")})
