"""Meetings with agenda, attendance and minutes; minutes that were approved stay as they are.

The triggers come last: a rebuild of one of their tables must call ``refuse_changes`` again after ``allow_changes``.
"""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import reviews.models._shape

FINAL = "approved minutes are final"
WHOLE, PART = "reviews_minutes", "reviews_minutespart"


def _sqlite() -> dict[str, str]:
    """Triggers by name. INSERT OR REPLACE removes the old row without firing DELETE triggers, hence that on INSERT."""
    approved = "(SELECT approved_at FROM reviews_minutes WHERE id = {row}.written_id) IS NOT NULL"
    old, new = approved.format(row="OLD"), approved.format(row="NEW")
    there = "EXISTS (SELECT 1 FROM reviews_minutes WHERE id = NEW.id AND approved_at IS NOT NULL)"
    found = {
        "minutes_no_update": ("UPDATE", WHOLE, "OLD.approved_at IS NOT NULL"),
        "minutes_no_delete": ("DELETE", WHOLE, "OLD.approved_at IS NOT NULL"),
        "minutes_no_replace": ("INSERT", WHOLE, there),
        "minutespart_no_insert": ("INSERT", PART, new),
        "minutespart_no_update": ("UPDATE", PART, f"{old} OR {new}"),
        "minutespart_no_delete": ("DELETE", PART, old),
    }
    return {
        name: f"CREATE TRIGGER {name} BEFORE {what} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{FINAL}'); END"
        for name, (what, table, when) in found.items()
    }


SQLITE = _sqlite()
POSTGRESQL = [
    f"""
    CREATE FUNCTION minutes_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{FINAL}' USING ERRCODE = 'restrict_violation';
    END $$""",
    """
    CREATE FUNCTION minutespart_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (TG_OP <> 'INSERT' AND EXISTS
                (SELECT 1 FROM reviews_minutes WHERE id = OLD.written_id AND approved_at IS NOT NULL))
            OR (TG_OP <> 'DELETE' AND EXISTS
                (SELECT 1 FROM reviews_minutes WHERE id = NEW.written_id AND approved_at IS NOT NULL)) THEN
            RAISE EXCEPTION 'approved minutes are final' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END $$""",
    f"""
    CREATE TRIGGER minutes_no_change BEFORE UPDATE OR DELETE ON {WHOLE}
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) EXECUTE FUNCTION minutes_refuse()""",
    f"""
    CREATE TRIGGER minutespart_no_change BEFORE INSERT OR UPDATE OR DELETE ON {PART}
    FOR EACH ROW EXECUTE FUNCTION minutespart_refuse()""",
]
POSTGRESQL_BACK = [
    f"DROP TRIGGER minutes_no_change ON {WHOLE}",
    f"DROP TRIGGER minutespart_no_change ON {PART}",
    "DROP FUNCTION minutes_refuse()",
    "DROP FUNCTION minutespart_refuse()",
]


def refuse_changes(apps: Any, schema_editor: Any) -> None:
    """Create the triggers in the dialect of this database."""
    for statement in list(SQLITE.values()) if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def allow_changes(apps: Any, schema_editor: Any) -> None:
    """Drop them again."""
    dropping = [f"DROP TRIGGER {name}" for name in SQLITE]
    for statement in dropping if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0024_letters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Meeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=reviews.models._shape.new_public_id, editable=False, max_length=22, unique=True
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("starts_at", models.DateTimeField()),
                ("place", models.CharField(blank=True, max_length=300)),
                (
                    "status",
                    models.CharField(
                        choices=[("planned", "planned"), ("held", "held"), ("cancelled", "cancelled")],
                        default="planned",
                        max_length=16,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("planned_at", models.DateTimeField()),
                ("invited_at", models.DateTimeField(null=True)),
                ("moved_at", models.DateTimeField(null=True)),
                ("move_reason", models.TextField(blank=True)),
                ("opened_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("cancel_reason", models.TextField(blank=True)),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "committee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="meetings", to="reviews.committee"
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "moved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "presence",
                    models.CharField(
                        choices=[("present", "present"), ("excused", "excused"), ("absent", "absent")], max_length=16
                    ),
                ),
                ("noted_at", models.DateTimeField()),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attendance", to="reviews.meeting"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=reviews.models._shape.new_public_id, editable=False, max_length=22, unique=True
                    ),
                ),
                ("order", models.PositiveSmallIntegerField()),
                ("minutes", models.PositiveSmallIntegerField()),
                ("keeps_place", models.BooleanField(default=False)),
                ("note", models.TextField(blank=True)),
                ("room", models.JSONField(default=dict)),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agenda_items",
                        to="reviews.submission",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="reviews.meeting"
                    ),
                ),
            ],
            options={
                "ordering": ["order"],
            },
        ),
        migrations.CreateModel(
            name="Minutes",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=reviews.models._shape.new_public_id, editable=False, max_length=22, unique=True
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("version", models.PositiveIntegerField(default=0)),
                ("general", models.TextField()),
                ("correction_reason", models.TextField(blank=True)),
                ("writers", models.JSONField(default=list)),
                ("drafted_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="minutes", to="reviews.meeting"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="MinutesPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="reviews.agendaitem"
                    ),
                ),
                (
                    "written",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="reviews.minutes"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["planned", "held", "cancelled"])), name="meeting_status_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="meeting_has_title"
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("invited_at__isnull", False), ("invited_by__isnull", False)),
                    models.Q(("invited_at__isnull", True), ("invited_by__isnull", True)),
                    _connector="OR",
                ),
                name="meeting_invited_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("moved_at__isnull", False), ("moved_by__isnull", False)),
                    models.Q(("moved_at__isnull", True), ("moved_by__isnull", True)),
                    _connector="OR",
                ),
                name="meeting_moved_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("opened_at__isnull", False), ("opened_by__isnull", False)),
                    models.Q(("opened_at__isnull", True), ("opened_by__isnull", True)),
                    _connector="OR",
                ),
                name="meeting_opened_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                    models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                    _connector="OR",
                ),
                name="meeting_closed_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancelled_at__isnull", False), ("cancelled_by__isnull", False)),
                    models.Q(("cancelled_at__isnull", True), ("cancelled_by__isnull", True)),
                    _connector="OR",
                ),
                name="meeting_cancelled_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("move_reason", ""), ("moved_at", None)),
                    models.Q(("moved_at__isnull", False), models.Q(("move_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="meeting_moved_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancel_reason", ""), ("cancelled_at", None), ("closed_at", None), ("status", "planned")),
                    models.Q(
                        ("cancelled_at", None),
                        ("closed_at__isnull", False),
                        ("opened_at__isnull", False),
                        ("status", "held"),
                    ),
                    models.Q(
                        ("cancelled_at__isnull", False),
                        ("opened_at", None),
                        ("status", "cancelled"),
                        models.Q(("cancel_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="meeting_status_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.UniqueConstraint(fields=("meeting", "user"), name="attendance_once"),
        ),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.CheckConstraint(
                condition=models.Q(("presence__in", ["present", "excused", "absent"])), name="attendance_presence_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.UniqueConstraint(fields=("meeting", "submission"), name="agenda_item_once"),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.UniqueConstraint(fields=("meeting", "order"), name="agenda_item_order_once"),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None), ("started_at__isnull", False)),
                fields=("meeting",),
                name="agenda_item_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("started_at__isnull", False), ("started_by__isnull", False)),
                    models.Q(("started_at__isnull", True), ("started_by__isnull", True)),
                    _connector="OR",
                ),
                name="agenda_item_started_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    _connector="OR",
                ),
                name="agenda_item_ended_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at", None), ("started_at__isnull", False), _connector="OR"),
                name="agenda_item_ended_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.CheckConstraint(condition=models.Q(("minutes__gt", 0)), name="agenda_item_takes_time"),
        ),
        migrations.AddConstraint(
            model_name="minutes",
            constraint=models.UniqueConstraint(fields=("meeting", "number"), name="minutes_version_once"),
        ),
        migrations.AddConstraint(
            model_name="minutes",
            constraint=models.UniqueConstraint(
                condition=models.Q(("approved_at", None)), fields=("meeting",), name="minutes_one_draft"
            ),
        ),
        migrations.AddConstraint(
            model_name="minutes",
            constraint=models.CheckConstraint(
                condition=models.Q(("general", ""), _negated=True), name="minutes_have_text"
            ),
        ),
        migrations.AddConstraint(
            model_name="minutes",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("correction_reason", ""), ("number", 1)),
                    models.Q(("number__gt", 1), models.Q(("correction_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="minutes_correction_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="minutes",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                    models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                    _connector="OR",
                ),
                name="minutes_approved_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="minutes",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(("approved_by", models.F("drafted_by")), _negated=True),
                    _connector="OR",
                ),
                name="minutes_approved_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="minutespart",
            constraint=models.UniqueConstraint(fields=("written", "item"), name="minutes_part_once"),
        ),
        migrations.AddConstraint(
            model_name="minutespart",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="minutes_part_has_text"
            ),
        ),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
