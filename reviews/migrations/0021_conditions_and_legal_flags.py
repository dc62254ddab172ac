"""A condition has an owner, a stage that waits for it and what will prove it; every proof is a row with its answer. What
an assessment says of laws becomes rows, so that somebody can note what was done about each.

What the coordinator had written down when a condition was noted as met becomes its one proof, given by nobody in
particular. The decisions' triggers are made anew: they hold what a condition asks, with the new columns.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import reviews.models._shape

stand = import_module("reviews.migrations.0016_decisions_stand")
NOTED = "Noted as met."


def carry_over(apps: Any, schema_editor: Any) -> None:
    """The texts of conditions that were noted as met."""
    proof = apps.get_model("reviews", "ConditionProof")
    for row in apps.get_model("reviews", "Condition").objects.exclude(met_at=None).order_by("pk"):
        proof.objects.create(
            condition=row, number=1, text=row.proof.strip() or NOTED, given_at=row.met_at, answered_at=row.met_at,
            answered_by_id=row.met_by_id,
        )  # fmt: skip
    _check_now(schema_editor)


def carry_back(apps: Any, schema_editor: Any) -> None:
    """The text of the proof that met a condition goes back to it."""
    conditions = apps.get_model("reviews", "Condition").objects
    for row in apps.get_model("reviews", "ConditionProof").objects.exclude(answered_at=None).filter(refusal=""):
        conditions.filter(pk=row.condition_id).update(proof=row.text or row.file_name)
    _check_now(schema_editor)


def raise_flags(apps: Any, schema_editor: Any) -> None:
    """The flags that the newest assessment of each revision raised."""
    flag, newest = apps.get_model("reviews", "LegalFlag"), {}
    for row in apps.get_model("reviews", "Assessment").objects.order_by("pk").iterator():
        newest[row.revision_id] = row
    for row in newest.values():
        for key in row.result["legal_flags"]:
            flag.objects.create(revision_id=row.revision_id, flag_key=key, raised_at=row.made_at)
    _check_now(schema_editor)


def _check_now(schema_editor: Any) -> None:
    """PostgreSQL alters no table of which references are still to be checked in the same transaction."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


def _person() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
    )


def _asked(model: str, constraint: str) -> list[Any]:
    """What a condition asks besides, the same in a motion and in the decision."""
    part = models.CharField(blank=True, choices=[("model", "model"), ("paper", "paper")], default="", max_length=8)
    return [
        migrations.AddField(model, "owner", _person()),
        migrations.AddField(model, "before_part", part),
        migrations.AddField(model, "before_rung", models.CharField(blank=True, default="", max_length=64)),
        migrations.AddField(model, "evidence", models.TextField(blank=True, default="")),
        migrations.AddConstraint(
            model,
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("before_part", ""), ("before_rung", "")),
                    models.Q(("before_part__in", ["model", "paper"]), models.Q(("before_rung", ""), _negated=True)),
                    _connector="OR",
                ),
                name=constraint,
            ),
        ),
    ]


def _another(first: str, second: str) -> models.Q:
    """Two people, as far as both are known."""
    return models.Q((first, None), (second, None), models.Q((first, models.F(second)), _negated=True), _connector="OR")


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0020_asked_of_and_looked_again"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(stand.allow_changes, stand.refuse_changes),
        migrations.CreateModel(
            name="ConditionProof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=reviews.models._shape.new_public_id, editable=False, max_length=22, unique=True
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("text", models.TextField(blank=True)),
                ("file_name", models.CharField(blank=True, max_length=200)),
                ("blob", models.CharField(blank=True, max_length=80)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("size_bytes", models.PositiveBigIntegerField(null=True)),
                ("given_at", models.DateTimeField()),
                ("given_by", _person()),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", _person()),
                ("refusal", models.TextField(blank=True)),
                (
                    "condition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proofs", to="reviews.condition"
                    ),
                ),
            ],
            options={
                "ordering": ["condition", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("condition", "number"), name="condition_proof_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at", None)),
                        fields=("condition",),
                        name="condition_proof_one_waits",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", False), ("refusal", "")),
                        fields=("condition",),
                        name="condition_proof_one_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                            models.Q(("answered_at__isnull", True), ("answered_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="condition_proof_answered_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True),
                            models.Q(("blob", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="condition_proof_has_content",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("blob", ""),
                            models.Q(models.Q(("sha256", ""), _negated=True), ("size_bytes__gt", 0)),
                            _connector="OR",
                        ),
                        name="condition_proof_file_has_digest",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("refusal", ""), ("answered_at__isnull", False), _connector="OR"),
                        name="condition_proof_refused_in_answer",
                    ),
                    models.CheckConstraint(
                        condition=_another("answered_by", "given_by"), name="condition_proof_two_people"
                    ),
                ],
            },
        ),
        migrations.RunPython(carry_over, carry_back),
        migrations.RemoveField("condition", "proof"),
        *_asked("condition", "condition_before_whole"),
        migrations.AddConstraint(
            "condition",
            models.CheckConstraint(condition=_another("met_by", "owner"), name="condition_met_by_another"),
        ),
        *_asked("motioncondition", "motion_condition_before_whole"),
        migrations.RunPython(stand.refuse_changes, stand.allow_changes),
        migrations.CreateModel(
            name="LegalFlag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=reviews.models._shape.new_public_id, editable=False, max_length=22, unique=True
                    ),
                ),
                ("flag_key", models.CharField(max_length=64)),
                ("raised_at", models.DateTimeField()),
                ("noted_at", models.DateTimeField(null=True)),
                ("noted_by", _person()),
                ("text", models.TextField(blank=True)),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="legal_flags", to="reviews.revision"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("revision", "flag_key"), name="legal_flag_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("noted_at__isnull", False), ("noted_by__isnull", False)),
                            models.Q(("noted_at__isnull", True), ("noted_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="legal_flag_noted_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("noted_at", None), models.Q(("text", ""), _negated=True), _connector="OR"),
                        name="legal_flag_noted_in_writing",
                    ),
                ],
            },
        ),
        migrations.RunPython(raise_flags, migrations.RunPython.noop),
    ]
