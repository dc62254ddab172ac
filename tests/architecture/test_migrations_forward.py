"""Whoever runs a released version loses nothing by upgrading: its rows, as they lay, under today's migrations."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from accounts.models import User
from audit import log
from reviews.archive import backup
from reviews.models import Decision, ReleasePlan, Submission
from reviews.rules.states import State
from tests import databases
from tests.architecture import released
from tests.reviews.archive import places

FILES = sorted(released.DATA.glob("released-*.jsonl.gz"))
LEADING = {
    "tom.hale@example.org": ("my-work", "queue", "submission-list"),  # coordinator
    "ines.moreau@example.org": ("my-work", "queue"),  # chair
    "amara.nwosu@example.org": ("my-work", "submission-list"),  # voting member and reviewer
    "lena.brandt@example.org": ("my-work",),  # reviewer with an open offer
    "hanna.vogel@example.org": ("my-work",),  # legal officer
    "elena.petrova@example.org": ("own-work", "leadership"),
    "victor.halloran@example.org": ("submission-list",),  # auditor
    "grace.mbeki@example.org": ("my-work", "operations"),  # administrator
    "wei.zhang@example.org": ("my-work", "submission-list"),  # author
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_rows_of_a_released_version_live_on(
    path: Path,
    database_template: databases.Template,
    django_db_blocker: DjangoDbBlocker,
    settings: Settings,
    tmp_path: Path,
) -> None:
    settings.DATA_DIR = tmp_path
    old = released.read(path)
    with django_db_blocker.unblock(), databases.without_tables(database_template):
        released.load(old)
        before = released.counts(old)
        saved = backup.write(tmp_path / "old.tar", now=timezone.now())
        call_command("migrate", verbosity=0, interactive=False)

        assert before == {table.name: len(table.rows) for table in old.tables}
        assert sum(before.values()) > 900
        assert lost(before, released.counts(old)) == {}
        assert left_to_migrate() == []
        connection.check_constraints()
        report = log.verify()
        assert report.faults == ()
        assert report.events >= before["audit_event"]
        assert {url: status for url, status in leading_pages().items() if status != 200} == {}
        new_rows_find_a_number()

    # The same rows by way of a backup, which an installation of today goes back to meet.
    with django_db_blocker.unblock(), places.place(database_template, tmp_path / "new"):
        assert places.bring_back(tmp_path / "old.tar", now=timezone.now()).manifest == saved.manifest
        assert lost(before, released.counts(old)) == {}
        assert left_to_migrate() == []
        connection.check_constraints()
        assert log.verify().faults == ()
        new_rows_find_a_number()


def lost(before: dict[str, int], after: dict[str, int]) -> dict[str, tuple[int, int]]:
    """Tables that have fewer rows than before, with both numbers. A migration may add rows."""
    return {name: (count, after[name]) for name, count in before.items() if after[name] < count}


def left_to_migrate() -> list[str]:
    """Migrations that did not run."""
    executor = MigrationExecutor(connection)
    return [str(migration) for migration, _back in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def leading_pages() -> dict[tuple[str, str], int]:
    """What everybody's first pages answer, and the pages of every case to those who work with all of them."""
    asked = {email: [reverse(f"reviews:{name}") for name in names] for email, names in LEADING.items()}
    for case in Submission.objects.exclude(state=State.DRAFT):
        asked["tom.hale@example.org"].append(reverse("reviews:submission-detail", args=[case.reference]))
        asked["victor.halloran@example.org"].append(reverse("reviews:submission-record", args=[case.reference]))
    for decision in Decision.objects.exclude(effective_at=None):
        asked["ines.moreau@example.org"].append(
            reverse("reviews:decision-detail", args=[decision.submission.reference])
        )
    for plan in ReleasePlan.objects.all():
        reference = plan.decision.submission.reference
        asked["tom.hale@example.org"].append(reverse("reviews:release-detail", args=[reference]))
    answers = {}
    for email, pages in asked.items():
        client = Client(raise_request_exception=False)
        client.force_login(User.objects.get(email=email))
        answers |= {(email, page): client.get(page).status_code for page in pages}
    return answers


def new_rows_find_a_number() -> None:
    """Rows that came with a number are counted on from."""
    newest = User.objects.order_by("-pk").first()
    assert newest is not None
    assert User.objects.create_user("author.one@example.org", None, display_name="Author One").pk > newest.pk
    assert ContentType.objects.create(app_label="made", model="up").pk is not None
    assert newest.joined_at < timezone.now() + timedelta(days=1)
