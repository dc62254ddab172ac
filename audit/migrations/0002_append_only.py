"""The database itself refuses to change or remove an event. Reversible; a rebuild of the table must repeat it."""

from __future__ import annotations

from typing import Any

from django.db import migrations

# SQLite's INSERT OR REPLACE removes the old row without firing DELETE triggers, hence the one on INSERT.
SQLITE = {
    "audit_event_no_update": """
        CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
        BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END""",
    "audit_event_no_delete": """
        CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
        BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END""",
    "audit_event_no_replace": """
        CREATE TRIGGER audit_event_no_replace BEFORE INSERT ON audit_event
        WHEN EXISTS (
            SELECT 1 FROM audit_event
            WHERE id = NEW.id OR (stream = NEW.stream AND sequence = NEW.sequence)
        )
        BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END""",
}
POSTGRESQL = [
    """
    CREATE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = 'restrict_violation';
    END $$""",
    """
    CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_event_refuse()""",
    """
    CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()""",
]
POSTGRESQL_BACK = [
    "DROP TRIGGER audit_event_no_truncate ON audit_event",
    "DROP TRIGGER audit_event_no_change ON audit_event",
    "DROP FUNCTION audit_event_refuse()",
]


def refuse_changes(apps: Any, schema_editor: Any) -> None:
    """Create the triggers in the dialect of this database."""
    for statement in _by_vendor(schema_editor, list(SQLITE.values()), POSTGRESQL):
        schema_editor.execute(statement)


def allow_changes(apps: Any, schema_editor: Any) -> None:
    """Drop them again."""
    dropping = [f"DROP TRIGGER {name}" for name in SQLITE]
    for statement in _by_vendor(schema_editor, dropping, POSTGRESQL_BACK):
        schema_editor.execute(statement)


def _by_vendor(schema_editor: Any, sqlite: list[str], postgresql: list[str]) -> list[str]:
    vendor = schema_editor.connection.vendor
    try:
        return {"sqlite": sqlite, "postgresql": postgresql}[vendor]
    except KeyError:
        raise RuntimeError(
            f"the audit log knows how to protect itself on SQLite and PostgreSQL, not on {vendor}"
        ) from None


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(refuse_changes, allow_changes)]
