"""The database itself refuses to change or remove a published policy. Reversible; a rebuild of the table must repeat it.

Cases are judged by the bytes of a version for years; whoever could change them would change the past.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

# SQLite's INSERT OR REPLACE removes the old row without firing DELETE triggers, hence the one on INSERT.
SQLITE = {
    "policy_version_no_update": """
        CREATE TRIGGER policy_version_no_update BEFORE UPDATE ON reviews_policyversion
        BEGIN SELECT RAISE(ABORT, 'published policy versions are final'); END""",
    "policy_version_no_delete": """
        CREATE TRIGGER policy_version_no_delete BEFORE DELETE ON reviews_policyversion
        BEGIN SELECT RAISE(ABORT, 'published policy versions are final'); END""",
    "policy_version_no_replace": """
        CREATE TRIGGER policy_version_no_replace BEFORE INSERT ON reviews_policyversion
        WHEN EXISTS (SELECT 1 FROM reviews_policyversion WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'published policy versions are final'); END""",
}
POSTGRESQL = [
    """
    CREATE FUNCTION policy_version_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'published policy versions are final' USING ERRCODE = 'restrict_violation';
    END $$""",
    """
    CREATE TRIGGER policy_version_no_change BEFORE UPDATE OR DELETE ON reviews_policyversion
    FOR EACH ROW EXECUTE FUNCTION policy_version_refuse()""",
]
POSTGRESQL_BACK = [
    "DROP TRIGGER policy_version_no_change ON reviews_policyversion",
    "DROP FUNCTION policy_version_refuse()",
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
    dependencies = [("reviews", "0013_refused_tiers_and_replay_runs")]

    operations = [migrations.RunPython(refuse_changes, allow_changes)]
