"""What a decision keeps from now on, and the database itself refuses to change one that is in force.

Reversible. SQLite drops triggers with the table that it rebuilds: a later migration that changes one of these tables
must call ``refuse_changes`` again after ``allow_changes`` (import them from here).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

SAID = "decisions in force are final"
# What a condition asks. The last ones come with migration 0021; only columns that are there already are named.
ASKED = (
    "id", "public_id", "decision_id", "order", "text", "due_date", "owner_id", "before_part", "before_rung", "evidence",
)  # fmt: skip
# Which decision a row belongs to, and which of its columns may never change; None: all of them.
TABLES: dict[str, tuple[str, tuple[str, ...] | None]] = {
    "reviews_decision": ("id", None),
    "reviews_decisionpart": ("decision_id", None),
    "reviews_signoff": ("decision_id", None),
    "reviews_condition": ("decision_id", ASKED),
}
Tables = dict[str, tuple[str, tuple[str, ...] | None]]


def _tables(connection: Any) -> Tables:
    """As ``TABLES``, with the columns that this database has by now."""
    with connection.cursor() as cursor:
        return {table: (key, kept and _there(connection, cursor, table, kept)) for table, (key, kept) in TABLES.items()}


def _there(connection: Any, cursor: Any, table: str, kept: tuple[str, ...]) -> tuple[str, ...]:
    found = {column.name for column in connection.introspection.get_table_description(cursor, table)}
    return tuple(column for column in kept if column in found)


def _name(table: str, event: str) -> str:
    return f"{table.removeprefix('reviews_')}_final_{event}"


def _in_force(row: str, key: str) -> str:
    if key == "id":
        return f"{row}.effective_at IS NOT NULL"
    found = f"SELECT 1 FROM reviews_decision d WHERE d.id = {row}.{key} AND d.effective_at IS NOT NULL"  # noqa: S608
    return f"EXISTS ({found})"


def _sqlite(tables: Tables) -> Iterator[tuple[str, str]]:
    """Triggers by name. INSERT OR REPLACE removes the old row without firing DELETE triggers, hence that on INSERT."""
    for table, (key, kept) in tables.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        changed = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in kept or ())
        moment = _in_force("OLD", key) + (f" AND ({changed})" if changed else "")
        own = _in_force("own", key)
        there = f"EXISTS (SELECT 1 FROM {table} own WHERE own.id = NEW.id AND {own})"  # noqa: S608
        for event, when in (("update", moment), ("delete", _in_force("OLD", key)), ("insert", there)):
            name = _name(table, event)
            yield name, f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} WHEN {when} {refuse}"


def _postgresql(tables: Tables) -> Iterator[str]:
    for table, (key, kept) in tables.items():
        name = _name(table, "refuse")
        new, old = (", ".join(f'{row}."{column}"' for column in kept or ()) for row in ("NEW", "OLD"))
        also = f" AND (TG_OP = 'DELETE' OR ({new}) IS DISTINCT FROM ({old}))" if kept else ""
        yield f"""
            CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {_in_force("OLD", key)}{also} THEN
                    RAISE EXCEPTION '{SAID}' USING ERRCODE = 'restrict_violation';
                END IF;
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
            END $$"""
        yield f"""
            CREATE TRIGGER {_name(table, "change")} BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {name}()"""


def refuse_changes(apps: Any, schema_editor: Any) -> None:
    """Create the triggers in the dialect of this database."""
    is_sqlite, tables = schema_editor.connection.vendor == "sqlite", _tables(schema_editor.connection)
    for statement in [sql for _, sql in _sqlite(tables)] if is_sqlite else list(_postgresql(tables)):
        schema_editor.execute(statement)


def allow_changes(apps: Any, schema_editor: Any) -> None:
    """Drop them again, as far as they are there."""
    if schema_editor.connection.vendor == "sqlite":
        for name, _ in _sqlite(TABLES):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        return
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {_name(table, 'change')} ON {table}")
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {_name(table, 'refuse')}()")


def bind_contributors(apps: Any, schema_editor: Any) -> None:
    """Until now nobody could change the contributors of a decided case: those of today are those it was decided on."""
    for decision in apps.get_model("reviews", "Decision").objects.all():
        people = apps.get_model("reviews", "Contributor").objects.filter(submission=decision.submission_id)
        rows = sorted(
            (name, email.lower(), orcid) for name, email, orcid in people.values_list("name", "email", "orcid")
        )
        facts = [dict(zip(("name", "email", "orcid"), row, strict=True)) for row in rows]
        text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        decision.contributors_digest = hashlib.sha256(text.encode()).hexdigest()
        decision.save(update_fields=["contributors_digest"])


def _check(condition: models.Q, name: str) -> migrations.AddConstraint:
    return migrations.AddConstraint("decision", models.CheckConstraint(condition=condition, name=name))


class Migration(migrations.Migration):
    dependencies = [("reviews", "0015_stand_in")]

    operations = [
        migrations.AddField("motion", "benefits", models.TextField(blank=True, default="")),
        migrations.AddField("motion", "alternatives", models.TextField(blank=True, default="")),
        migrations.AddField("decision", "benefits", models.TextField(blank=True, default="")),
        migrations.AddField("decision", "alternatives", models.TextField(blank=True, default="")),
        migrations.AddField("decision", "contributors_digest", models.CharField(default="", max_length=64)),
        migrations.AddField("decision", "record", models.TextField(blank=True, default="")),
        migrations.AddField("decision", "record_sha256", models.CharField(blank=True, default="", max_length=64)),
        migrations.AddField(
            "decision",
            "supersedes",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="superseded_by",
                to="reviews.decision",
            ),
        ),
        migrations.AddField("decision", "supersedes_reason", models.TextField(blank=True, default="")),
        migrations.RunPython(bind_contributors, migrations.RunPython.noop),
        _check(models.Q(("contributors_digest", ""), _negated=True), "decision_bound_to_contributors"),
        _check(
            models.Q(
                models.Q(("supersedes", None), ("supersedes_reason", "")),
                models.Q(("supersedes__isnull", False), models.Q(("supersedes_reason", ""), _negated=True)),
                _connector="OR",
            ),
            "decision_supersedes_with_reason",
        ),
        _check(
            models.Q(("supersedes", None), ("effective_at__isnull", False), _connector="OR"),
            "decision_supersedes_in_force",
        ),
        _check(
            models.Q(
                models.Q(("record", ""), ("record_sha256", "")),
                models.Q(
                    models.Q(("record", ""), _negated=True),
                    models.Q(("record_sha256", ""), _negated=True),
                    ("effective_at__isnull", False),
                ),
                _connector="OR",
            ),
            "decision_record_whole",
        ),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
