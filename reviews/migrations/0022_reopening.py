"""Requests to open a case again, what looking at sampled releases came to, and when the clock of a case began.

From now on the database refuses to move a case out of a terminal state unless a request was granted at that moment.
Reversible. SQLite drops a trigger with the table that it rebuilds: a later migration that changes the table of
submissions must call ``refuse_leaving`` again after ``allow_leaving`` (import them from here).
"""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import reviews.models._shape
import reviews.rules.states

SAID = "terminal states are left by a granted reopening"
TERMINAL = "('decided', 'withdrawn')"
# A case moves in the transaction, and at the moment, in which somebody granted the request for it.
GRANTED = """
    NEW.state = 'returned' AND EXISTS (
        SELECT 1 FROM reviews_reopening r
        WHERE r.submission_id = NEW.id AND r.status = 'granted' AND r.revision_id = NEW.revision_id
          AND r.answered_at = NEW.state_entered_at
    )"""
ON_SQLITE = {
    "submission_terminal_update": f"""
        BEFORE UPDATE OF state ON reviews_submission
        WHEN OLD.state IN {TERMINAL} AND NEW.state <> OLD.state AND NOT ({GRANTED})""",
    # INSERT OR REPLACE removes the old row without an UPDATE.
    "submission_terminal_insert": """
        BEFORE INSERT ON reviews_submission
        WHEN EXISTS (
            SELECT 1 FROM reviews_submission own WHERE own.id = NEW.id AND own.state IN ('decided', 'withdrawn')
        )""",
}
ON_POSTGRESQL = (
    f"""
    CREATE FUNCTION submission_terminal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.state IN {TERMINAL} AND NEW.state <> OLD.state AND NOT ({GRANTED}) THEN
            RAISE EXCEPTION '{SAID}' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$""",
    """
    CREATE TRIGGER submission_terminal_change BEFORE UPDATE OF state ON reviews_submission
    FOR EACH ROW EXECUTE FUNCTION submission_terminal_refuse()""",
)


def refuse_leaving(apps: Any, schema_editor: Any) -> None:
    """Create the triggers in the dialect of this database."""
    if schema_editor.connection.vendor == "sqlite":
        for name, when in ON_SQLITE.items():
            schema_editor.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{SAID}'); END")
        return
    for statement in ON_POSTGRESQL:
        schema_editor.execute(statement)


def allow_leaving(apps: Any, schema_editor: Any) -> None:
    """Drop them again, as far as they are there."""
    if schema_editor.connection.vendor == "sqlite":
        for name in ON_SQLITE:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        return
    schema_editor.execute("DROP TRIGGER IF EXISTS submission_terminal_change ON reviews_submission")
    schema_editor.execute("DROP FUNCTION IF EXISTS submission_terminal_refuse()")


def start_clocks(apps: Any, schema_editor: Any) -> None:
    """Until now no case was opened again: the clock of each began with its first submission."""
    apps.get_model("reviews", "Submission").objects.update(clock_from_at=models.F("submitted_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0021_conditions_and_legal_flags"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reopening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=reviews.models._shape.new_public_id, editable=False, max_length=22, unique=True
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("amendment", "amendment"),
                            ("re_review", "re review"),
                            ("appeal", "appeal"),
                            ("resumed", "resumed"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "trigger",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("artifact_changed", "artifact changed"),
                            ("answer_changed", "answer changed"),
                            ("contributors_changed", "contributors changed"),
                            ("validity_ended", "validity ended"),
                            ("condition_breached", "condition breached"),
                            ("recused", "recused"),
                            ("understated", "understated"),
                            ("new_capability", "new capability"),
                            ("incident", "incident"),
                            ("leak", "leak"),
                            ("new_law", "new law"),
                            ("larger_version", "larger version"),
                        ],
                        max_length=24,
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason")),
                ("asked_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("granted", "granted"),
                            ("refused", "refused"),
                            ("taken_back", "taken back"),
                            ("overtaken", "overtaken"),
                        ],
                        default=reviews.rules.states.RequestStatus["OPEN"],
                        max_length=16,
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="answer")),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reopenings",
                        to="reviews.revision",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reopenings", to="reviews.submission"
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why__in", ["amendment", "re_review", "appeal", "resumed"])),
                        name="reopening_why_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "granted", "refused", "taken_back", "overtaken"])),
                        name="reopening_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="reopening_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "trigger__in",
                                    [
                                        "artifact_changed",
                                        "answer_changed",
                                        "contributors_changed",
                                        "validity_ended",
                                        "condition_breached",
                                        "recused",
                                        "understated",
                                        "new_capability",
                                        "incident",
                                        "leak",
                                        "new_law",
                                        "larger_version",
                                    ],
                                ),
                                ("why", "re_review"),
                            ),
                            models.Q(models.Q(("why", "re_review"), _negated=True), ("trigger", "")),
                            _connector="OR",
                        ),
                        name="reopening_re_review_has_trigger",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                            models.Q(("answered_at__isnull", True), ("answered_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="reopening_answered_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at", None), ("status", "open")),
                            models.Q(models.Q(("status", "open"), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="reopening_open_until_answered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["granted", "refused"]), _negated=True),
                            models.Q(("answered_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="reopening_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revision__isnull", False), ("status", "granted")),
                            models.Q(models.Q(("status", "granted"), _negated=True), ("revision", None)),
                            _connector="OR",
                        ),
                        name="reopening_granted_opens_revision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "refused"), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="reopening_refused_with_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")), fields=("submission",), name="reopening_one_open"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SampleFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "finding",
                    models.CharField(
                        choices=[("as_declared", "as declared"), ("understated", "understated")],
                        max_length=16,
                        verbose_name="finding",
                    ),
                ),
                ("text", models.TextField(verbose_name="what was found")),
                ("found_at", models.DateTimeField()),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sample_finding",
                        to="reviews.decision",
                    ),
                ),
                (
                    "found_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("finding__in", ["as_declared", "understated"])),
                        name="sample_finding_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="sample_finding_has_text"
                    ),
                ],
            },
        ),
        migrations.AddField(
            "submission",
            "clock_from_at",
            models.DateTimeField(
                help_text="of the first revision, or of the first one after the case was opened again", null=True
            ),
        ),
        migrations.RunPython(start_clocks, migrations.RunPython.noop),
        migrations.RunPython(refuse_leaving, allow_leaving),
    ]
