"""Which migrations have run, which tables there are then, and bringing a database without rows to such a state."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.apps.registry import Apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations import Migration as Step
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from reviews.archive.container import damaged
from reviews.archive.errors import ArchiveError
from reviews.archive.manifest import Migration


def applied() -> frozenset[Migration]:
    """What has run on the database; nothing on one without tables."""
    return frozenset(MigrationRecorder(connection).applied_migrations())


def unknown(migrations: Iterable[Migration]) -> list[str]:
    """Those that this version of the program does not have."""
    nodes = _loader().graph.nodes
    return sorted(f"{app}.{name}" for app, name in migrations if (app, name) not in nodes)


def apps_at(migrations: Collection[Migration]) -> Apps:
    """The models as they were when exactly these migrations had run. Raises ``ArchiveError`` for an impossible set."""
    loader = _loader()
    for migration in migrations:
        if any(tuple(parent) not in migrations for parent in loader.graph.node_map[migration].parents):
            raise damaged(_("its list of migrations has a gap"))
    last = [
        migration
        for migration in sorted(migrations)
        if not any(tuple(child) in migrations for child in loader.graph.node_map[migration].children)
    ]
    return loader.project_state(last).apps


def bring_to(migrations: Collection[Migration]) -> None:
    """Take back what has run beyond these migrations, then run what is missing. Only for a database without rows."""
    surplus = applied() - set(migrations)
    if surplus:
        executor = MigrationExecutor(connection)
        plan = [(step, True) for step in reversed(_order(executor)) if (step.app_label, step.name) in surplus]
        try:
            executor.migrate(None, plan=plan)
        except IrreversibleError as error:
            raise ArchiveError(
                _(
                    "This backup is of an earlier version, and the database cannot be taken back to it. "
                    "Give an empty database on which migrate has not run."
                )
            ) from error
    missing = set(migrations) - applied()
    if missing:
        executor = MigrationExecutor(connection)
        plan = [(step, False) for step in _order(executor) if (step.app_label, step.name) in missing]
        executor.migrate(None, plan=plan)


def bring_forward() -> None:
    """Run every migration that has not run, as ``migrate`` does."""
    call_command("migrate", verbosity=0, interactive=False)


def is_current(migrations: Collection[Migration]) -> bool:
    """Whether these are all the migrations that the program has."""
    return set(_loader().graph.nodes) <= set(migrations)


def _order(executor: MigrationExecutor) -> list[Step]:
    steps = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
    return [step for step, _back in steps]


def _loader() -> MigrationLoader:
    """The migrations of the code, without a look at the database."""
    return MigrationLoader(None)
