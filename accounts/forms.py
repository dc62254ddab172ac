"""Forms about one's own account. Shape only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import above, zones
from accounts.models import MOST_REVIEWS, Expertise, User

LONGEST_VERSION = 18
LEVELS = (
    (int(Expertise.Level.BASIC), _("Basic: follows the work")),
    (int(Expertise.Level.WORKING), _("Working level: works in it, or has judged such work")),
    (int(Expertise.Level.EXPERT), _("Expert: could have led the work")),
)
MISSING = _("Please fill this in.")
NOT_CHOSEN = _("Choose one.")


def version_seen(given: str) -> int:
    """The version with which a form says that it was shown; -1, which is never one, where it says none."""
    return int(given) if given.isdecimal() and len(given) <= LONGEST_VERSION else -1


def zone_choices() -> list[tuple[str, str]]:
    """The zones a person can live in: the named places of the world, and UTC."""
    places = sorted(name for name in zones.names() if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/")))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


def name_field() -> forms.CharField:
    """A person's name."""
    return forms.CharField(
        label=_("Name"),
        max_length=User._meta.get_field("display_name").max_length,
        help_text=_("As others see it on cases and in decisions."),
        error_messages={"required": MISSING},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


def zone_field(**options: Any) -> forms.ChoiceField:
    """A person's time zone."""
    return forms.ChoiceField(
        label=_("Time zone"),
        choices=zone_choices,
        **{"help_text": _("All dates and times are shown to you in this zone."), **options},
    )


def load_field() -> forms.IntegerField:
    """How much somebody takes on."""
    return forms.IntegerField(
        label=_("Open reviews at the same time, at most"),
        min_value=0,
        max_value=MOST_REVIEWS,
        help_text=_("For those who review. Coordinators see it when they ask; 0 means none for now."),
        error_messages={
            "required": MISSING,
            "invalid": _("This is a whole number."),
            "min_value": _("This is 0 or more."),
            "max_value": _("This is 20 at most."),
        },
    )


class ProfileForm(forms.Form):
    """What a person may change about themselves; address, unit and roles belong to the administrator."""

    use_required_attribute = False
    display_name = name_field()
    time_zone = zone_field()
    load_cap = load_field()


class AcceptForm(forms.Form):
    """A newcomer's name, zone and password; the validators say beside the field what is wrong with it."""

    use_required_attribute = False
    display_name = name_field()
    time_zone = zone_field()
    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 12 characters. Several words are easier to remember and harder to guess than one."),
        error_messages={"required": MISSING},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("The same password again"),
        strip=False,
        error_messages={"required": MISSING},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Two passwords alike, and one that the validators take for this person under the name typed here."""
        given: dict[str, Any] = super().clean() or {}
        first, second = given.get("password1"), given.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("This is not the same as above."))
        if first:
            newcomer = User(email=self.person.email, display_name=given.get("display_name", ""))
            try:
                password_validation.validate_password(first, newcomer)
            except ValidationError as weak:
                self.add_error("password1", weak)
        return given


class NewPasswordForm(forms.Form):
    """Where the link to a new password goes."""

    email = forms.EmailField(
        max_length=User._meta.get_field("email").max_length,
        error_messages={"required": MISSING, "invalid": _("This is no e-mail address.")},
    )


def subject_choices(taken: QuerySet[Expertise]) -> list[tuple[str, str | Promise]]:
    """What somebody could say that they know: what is not on their list, and domains on it at another level."""
    have = {f"{row.kind}:{row.key}": row.level_label for row in taken}
    found: list[tuple[str, str | Promise]] = []
    for subject in above.subjects():
        if subject.value not in have:
            found.append((subject.value, subject.label))
        elif have[subject.value]:
            now = _("%(subject)s (now: %(level)s)") % {"subject": subject.label, "level": have[subject.value].lower()}
            found.append((subject.value, now))
    return found


class SubjectForm(forms.Form):
    """One thing that a person knows, and for a domain how well; a coordinator or an administrator confirms it."""

    use_required_attribute = False
    subject = forms.ChoiceField(
        label=_("What you know"),
        widget=forms.RadioSelect,
        error_messages={"required": NOT_CHOSEN, "invalid_choice": NOT_CHOSEN},
    )
    level = forms.TypedChoiceField(
        label=_("How well, for a hazard domain"),
        choices=LEVELS,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Only experts fill the seats that ask for one. Every level helps to find who fits a case."),
        error_messages={"invalid_choice": NOT_CHOSEN},
    )

    def __init__(
        self, *args: Any, choices: Sequence[tuple[str, str | Promise]], label: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["subject"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        field.label = label or field.label

    def clean(self) -> dict[str, Any]:
        """A domain is known at a level, a role skill as a whole."""
        given: dict[str, Any] = super().clean() or {}
        kind, _colon, key = given.get("subject", "").partition(":")
        if kind == Expertise.Kind.SKILL:
            given["level"] = int(Expertise.Level.EXPERT)
        elif kind and given.get("level") is None and "level" not in self.errors:
            self.add_error("level", NOT_CHOSEN)
        return {"kind": kind, "key": key, **given}


class AbsenceForm(forms.Form):
    """First and last day, and who stands in."""

    use_required_attribute = False
    from_date = forms.DateField(
        label=_("First day away"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": MISSING, "invalid": _("Write the day like 2026-12-24.")},
    )
    until_date = forms.DateField(
        label=_("Last day away"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": MISSING, "invalid": _("Write the day like 2026-12-24.")},
    )
    stand_in = forms.ModelChoiceField(
        queryset=User.objects.none(),
        to_field_name="public_id",
        required=False,
        label=_("Who stands in (optional)"),
        empty_label=_("Nobody"),
        error_messages={"invalid_choice": NOT_CHOSEN},
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["stand_in"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people.order_by("display_name", "pk")
