"""Adding a file or a reference. Shape only; what arrived is judged by the action."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.actions.artifact import check_sha256, not_kept
from reviews.forms.layout import PlainForm, helper
from reviews.rules.errors import RuleBroken

PARTS = [("model", gettext_lazy("The model")), ("paper", gettext_lazy("The paper"))]
MOST_BYTES = 2**63 - 1
NOTHING: Mapping[str, str] = MappingProxyType({})


class UploadField(forms.FileField):
    """A file; an empty one is let through, because the action says what is wrong with it."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {"max_length": gettext_lazy("This file name has %(length)d characters; 200 are possible.")}
        super().__init__(max_length=200, allow_empty_file=True, error_messages=messages, **kwargs)


class DigestField(forms.CharField):
    """A SHA-256; what is wrong with it is said in numbers."""

    def clean(self, value: Any) -> str:
        """64 hexadecimal digits, in lower case."""
        digest: str = super().clean(value).lower()
        if digest:
            try:
                check_sha256(digest)
            except RuleBroken as refused:
                raise ValidationError(refused.text, code=refused.code) from refused
        return digest


class PartForm(PlainForm):
    """The part that a file belongs to; preselected where there is only one."""

    part = forms.ChoiceField(label=gettext_lazy("What does it belong to?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, parts: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["part"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, label) for key, label in PARTS if not parts or key in parts]
        if len(parts) == 1:
            field.initial = parts[0]


class FileForm(PartForm):
    """An upload."""

    file = UploadField(label=gettext_lazy("File"))
    sha256 = DigestField(
        label=gettext_lazy("SHA-256 (optional)"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("If you know it, we compare: then you are sure that the file arrived whole."),
    )

    def __init__(self, *args: Any, refused: Mapping[str, str] = NOTHING, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "At most %(limit)s MiB. The digest is computed while it arrives. A large file takes a while: stay on this "
            "page until it is done."
        ) % {"limit": settings.MAX_UPLOAD_MIB}
        if "file" in refused:
            self.fields["file"].error_messages["required"] = not_kept(refused["file"])
        self.helper = helper("part", "file", "sha256")


class ReferenceForm(PartForm):
    """Something that stays where it is, such as weights too large to upload."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    location = forms.CharField(
        label=gettext_lazy("Where it lies"),
        max_length=500,
        help_text=gettext_lazy("An address or a path that the board can use, or a person who gives access."),
    )
    size_bytes = forms.IntegerField(
        label=gettext_lazy("Size in bytes"),
        min_value=1,
        max_value=MOST_BYTES,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": gettext_lazy("Write the size as a whole number of bytes, such as 4265380512."),
            "min_value": gettext_lazy("The size must be more than 0 bytes."),
        },
    )
    sha256 = DigestField(
        label=gettext_lazy("SHA-256"),
        max_length=200,
        help_text=gettext_lazy("64 hexadecimal digits; on most systems “sha256sum FILE” prints them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("part", "name", "location", "size_bytes", "sha256")
