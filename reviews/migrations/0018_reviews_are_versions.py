"""A seat has versions of its review, findings by area and a view of each type of evidence; what is filed stays as it is.

What a filed review said of all evidence in one text is kept word for word in a row without a type; in a draft, which
its writer still works on, it goes to the end of the findings. The triggers come last: a rebuild of one of the tables
must repeat them.
"""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

FINAL = "filed reviews are final"
CHILDREN = ("reviewpart", "reviewfinding", "reviewevidence")


def carry_over(apps: Any, schema_editor: Any) -> None:
    """Each seat knows its review, and nothing that was written about evidence is lost."""
    review_model, note = apps.get_model("reviews", "Review"), apps.get_model("reviews", "ReviewEvidence")
    for review in review_model.objects.select_related("assignment").iterator():
        apps.get_model("reviews", "Assignment").objects.filter(pk=review.assignment_id).update(review=review)
        if not review.evidence_view.strip():
            continue
        if review.filed_at is not None:
            note.objects.create(review=review, type_key="", view="", note=review.evidence_view)
        else:
            text = "\n\n".join(filter(None, (review.findings, review.evidence_view)))
            review_model.objects.filter(pk=review.pk).update(findings=text)
    if schema_editor.connection.vendor == "postgresql":
        # Tables with references that are still to be checked cannot be altered in the same transaction.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


def _sqlite() -> dict[str, str]:
    filed = "(SELECT filed_at FROM reviews_review WHERE id = {row}.review_id) IS NOT NULL"
    wholes = {
        "review_no_update": ("UPDATE", "reviews_review", "OLD.filed_at IS NOT NULL"),
        "review_no_delete": ("DELETE", "reviews_review", "OLD.filed_at IS NOT NULL"),
        # SQLite's INSERT OR REPLACE removes the old row without firing DELETE triggers.
        "review_no_replace": (
            "INSERT",
            "reviews_review",
            "EXISTS (SELECT 1 FROM reviews_review WHERE id = NEW.id AND filed_at IS NOT NULL)",
        ),
    }
    for child in CHILDREN:
        old, new = filed.format(row="OLD"), filed.format(row="NEW")
        wholes |= {
            f"{child}_no_insert": ("INSERT", f"reviews_{child}", new),
            f"{child}_no_update": ("UPDATE", f"reviews_{child}", f"{old} OR {new}"),
            f"{child}_no_delete": ("DELETE", f"reviews_{child}", old),
        }
    return {
        name: f"CREATE TRIGGER {name} BEFORE {what} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{FINAL}'); END"
        for name, (what, table, when) in wholes.items()
    }


SQLITE = _sqlite()
POSTGRESQL = [
    f"""
    CREATE FUNCTION review_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{FINAL}' USING ERRCODE = 'restrict_violation';
    END $$""",
    """
    CREATE FUNCTION review_row_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (TG_OP <> 'INSERT' AND EXISTS
                (SELECT 1 FROM reviews_review WHERE id = OLD.review_id AND filed_at IS NOT NULL))
            OR (TG_OP <> 'DELETE' AND EXISTS
                (SELECT 1 FROM reviews_review WHERE id = NEW.review_id AND filed_at IS NOT NULL)) THEN
            RAISE EXCEPTION 'filed reviews are final' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END $$""",
    """
    CREATE TRIGGER review_no_change BEFORE UPDATE OR DELETE ON reviews_review
    FOR EACH ROW WHEN (OLD.filed_at IS NOT NULL) EXECUTE FUNCTION review_refuse()""",
    *(
        f"""
    CREATE TRIGGER {child}_no_change BEFORE INSERT OR UPDATE OR DELETE ON reviews_{child}
    FOR EACH ROW EXECUTE FUNCTION review_row_refuse()"""
        for child in CHILDREN
    ),
]
POSTGRESQL_BACK = [
    "DROP TRIGGER review_no_change ON reviews_review",
    *(f"DROP TRIGGER {child}_no_change ON reviews_{child}" for child in CHILDREN),
    "DROP FUNCTION review_refuse()",
    "DROP FUNCTION review_row_refuse()",
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
    dependencies = [("reviews", "0016_decisions_stand")]

    operations = [
        migrations.AlterField(
            model_name="review",
            name="assignment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="reviews.assignment"
            ),
        ),
        migrations.AddField(
            model_name="review", name="number", field=models.PositiveSmallIntegerField(default=1), preserve_default=True
        ),
        migrations.AddField(model_name="review", name="correction_reason", field=models.TextField(blank=True)),
        migrations.AddField(model_name="review", name="after_round", field=models.BooleanField(default=False)),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(fields=("assignment", "number"), name="review_version_once"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("after_round", False), ("correction_reason", ""), ("number", 1)),
                    models.Q(("number__gt", 1), models.Q(("correction_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="review_correction_has_reason",
            ),
        ),
        migrations.RemoveConstraint(model_name="reviewpart", name="review_part_outcome_known"),
        migrations.AlterField(
            model_name="reviewpart",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[("full", "full"), ("staged", "staged"), ("withheld", "withheld")],
                max_length=16,
            ),
        ),
        migrations.AlterField(model_name="reviewpart", name="rung", field=models.CharField(blank=True, max_length=64)),
        migrations.AddConstraint(
            model_name="reviewpart",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome", ""), ("outcome__in", ["full", "staged", "withheld"]), _connector="OR"),
                name="review_part_outcome_known",
            ),
        ),
        migrations.CreateModel(
            name="ReviewFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("domain_key", models.CharField(max_length=64)),
                ("text", models.TextField()),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="domain_findings",
                        to="reviews.review",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("review", "domain_key"), name="review_finding_once"),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="review_finding_has_text"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("type_key", models.CharField(blank=True, max_length=64)),
                (
                    "view",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("enough", "enough"),
                            ("not_enough", "not enough"),
                            ("cannot_judge", "cannot judge"),
                        ],
                        max_length=16,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence_views",
                        to="reviews.review",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("review", "type_key"), name="review_evidence_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("view", ""), ("view__in", ["enough", "not_enough", "cannot_judge"]), _connector="OR"
                        ),
                        name="review_evidence_view_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="assignment",
            name="review",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="seat", to="reviews.review"
            ),
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RemoveField(model_name="review", name="evidence_view"),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
