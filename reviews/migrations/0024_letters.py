"""Letter templates and letters, neither of which the database lets anybody change or remove.

Reversible. SQLite drops triggers with the table that it rebuilds: a later migration that changes one of these two
tables must call ``allow_changes`` before and ``refuse_changes`` after.
"""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import reviews.models._shape

TABLES = {"letter": "letters are final", "lettertemplate": "letter templates are final"}


def _sqlite() -> dict[str, str]:
    """Triggers by name. INSERT OR REPLACE removes the old row without firing DELETE triggers, hence that on INSERT."""
    found = {}
    for table, said in TABLES.items():
        there = f"EXISTS (SELECT 1 FROM reviews_{table} WHERE id = NEW.id)"  # noqa: S608
        for event, when in (("update", ""), ("delete", ""), ("insert", f"WHEN {there}")):
            name = f"{table}_final_{event}"
            found[name] = (
                f"CREATE TRIGGER {name} BEFORE {event.upper()} ON reviews_{table} {when} "
                f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
    return found


def _postgresql(table: str, said: str) -> tuple[str, str]:
    return (
        f"""
        CREATE FUNCTION {table}_final_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{said}' USING ERRCODE = 'restrict_violation';
        END $$""",
        f"""
        CREATE TRIGGER {table}_final_change BEFORE UPDATE OR DELETE ON reviews_{table}
        FOR EACH ROW EXECUTE FUNCTION {table}_final_refuse()""",
    )


def refuse_changes(apps: Any, schema_editor: Any) -> None:
    """Create the triggers in the dialect of this database."""
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    several = [sql for table, said in TABLES.items() for sql in _postgresql(table, said)]
    for statement in list(_sqlite().values()) if is_sqlite else several:
        schema_editor.execute(statement)


def allow_changes(apps: Any, schema_editor: Any) -> None:
    """Drop them again, as far as they are there."""
    if schema_editor.connection.vendor == "sqlite":
        for name in _sqlite():
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        return
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_final_change ON reviews_{table}")
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {table}_final_refuse()")


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0023_restrictions_and_appeals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(blank=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("written_at", models.DateTimeField()),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letter_note", to="reviews.decision"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="LetterTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("contact", models.TextField(blank=True)),
                ("made_at", models.DateTimeField()),
                (
                    "committee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letter_templates",
                        to="reviews.committee",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=reviews.models._shape.new_public_id, editable=False, max_length=22, unique=True
                    ),
                ),
                ("variant", models.CharField(choices=[("full", "full"), ("shareable", "shareable")], max_length=16)),
                ("html", models.TextField()),
                ("html_sha256", models.CharField(max_length=64)),
                ("blob", models.CharField(max_length=64)),
                ("sha256", models.CharField(max_length=64)),
                ("size_bytes", models.PositiveBigIntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="reviews.decision"
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="reviews.lettertemplate",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="lettertemplate",
            constraint=models.UniqueConstraint(fields=("committee", "number"), name="letter_template_number_once"),
        ),
        migrations.AddConstraint(
            model_name="lettertemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="letter_template_number_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="lettertemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="letter_template_has_text"
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(fields=("decision", "variant"), name="letter_variant_once"),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("variant__in", ["full", "shareable"])), name="letter_variant_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("html", ""), _negated=True),
                    models.Q(("html_sha256", ""), _negated=True),
                    models.Q(("blob", ""), _negated=True),
                    models.Q(("sha256", ""), _negated=True),
                ),
                name="letter_is_whole",
            ),
        ),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
