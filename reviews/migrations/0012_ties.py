"""Conflicts say how sure they are, by what they came up, and who settled them; facts from which they are found."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0011_answer_history_and_proof"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("type_key", models.CharField(max_length=64)),
                ("note", models.TextField(blank=True)),
                ("declared_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Tie",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "fact",
                    models.CharField(
                        choices=[("coauthor", "coauthor"), ("adviser", "adviser"), ("sponsor", "sponsor")],
                        max_length=16,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("orcid", models.CharField(blank=True, max_length=19)),
                ("on_date", models.DateField(help_text="when two people wrote together", null=True)),
                ("noted_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="conflict",
            name="conflict_declared_once",
        ),
        migrations.AddField(
            model_name="conflict",
            name="outcome",
            field=models.CharField(blank=True, choices=[("stands", "stands"), ("none", "none")], max_length=16),
        ),
        migrations.AddField(
            model_name="conflict",
            name="reason",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="conflict",
            name="settled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="conflict",
            name="settled_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="conflict",
            name="source",
            field=models.CharField(
                choices=[
                    ("oneself", "oneself"),
                    ("coordinator", "coordinator"),
                    ("author", "author"),
                    ("disowned", "disowned"),
                    ("address", "address"),
                    ("orcid", "orcid"),
                    ("unit", "unit"),
                    ("line", "line"),
                    ("coauthor", "coauthor"),
                    ("past_case", "past case"),
                    ("adviser", "adviser"),
                    ("sponsor", "sponsor"),
                    ("name", "name"),
                ],
                default="oneself",
                max_length=16,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="conflict",
            name="strength",
            field=models.CharField(
                choices=[("declared", "declared"), ("detected", "detected"), ("suspected", "suspected")],
                default="declared",
                max_length=16,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="conflict",
            name="unsettles",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="unsettled_by",
                to="reviews.decision",
            ),
        ),
        migrations.AddField(
            model_name="contributor",
            name="orcid",
            field=models.CharField(blank=True, max_length=19, verbose_name="ORCID"),
        ),
        migrations.AlterField(
            model_name="conflict",
            name="declared_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="conflict",
            constraint=models.UniqueConstraint(
                fields=("submission", "user", "type_key", "strength", "source"), name="conflict_declared_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="conflict",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source", "author")), fields=("submission", "user"), name="conflict_named_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="conflict",
            constraint=models.CheckConstraint(
                condition=models.Q(("strength__in", ["declared", "detected", "suspected"])),
                name="conflict_strength_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="conflict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "source__in",
                        [
                            "oneself",
                            "coordinator",
                            "author",
                            "disowned",
                            "address",
                            "orcid",
                            "unit",
                            "line",
                            "coauthor",
                            "past_case",
                            "adviser",
                            "sponsor",
                            "name",
                        ],
                    )
                ),
                name="conflict_source_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="conflict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("declared_by", models.F("user")),
                        ("declared_by__isnull", False),
                        ("source__in", ["oneself", "disowned"]),
                    ),
                    models.Q(
                        ("declared_by__isnull", False),
                        ("source__in", ["coordinator", "author"]),
                        models.Q(("declared_by", models.F("user")), _negated=True),
                    ),
                    models.Q(
                        models.Q(("source__in", ["oneself", "disowned", "coordinator", "author"]), _negated=True),
                        ("declared_by", None),
                    ),
                    _connector="OR",
                ),
                name="conflict_says_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="conflict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source__in", ["author", "disowned", "name"]), _negated=True),
                    ("strength", "suspected"),
                    _connector="OR",
                ),
                name="conflict_hearsay_is_suspicion",
            ),
        ),
        migrations.AddConstraint(
            model_name="conflict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                    models.Q(("settled_at__isnull", True), ("settled_by__isnull", True)),
                    _connector="OR",
                ),
                name="conflict_settled_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="conflict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", ""), ("reason", ""), ("settled_at", None)),
                    models.Q(
                        ("outcome__in", ["stands", "none"]),
                        ("settled_at__isnull", False),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="conflict_settled_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="conflict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("settled_by", None),
                    models.Q(
                        models.Q(("settled_by", models.F("user")), _negated=True),
                        models.Q(
                            ("declared_by", None),
                            models.Q(("settled_by", models.F("declared_by")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="conflict_settled_by_third_person",
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="declared_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="submission",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="objections", to="reviews.submission"
            ),
        ),
        migrations.AddField(
            model_name="tie",
            name="noted_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="tie",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="ties", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(fields=("submission", "name", "email"), name="objection_once"),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("name", ""), _negated=True), models.Q(("type_key", ""), _negated=True)),
                name="objection_names_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="tie",
            constraint=models.CheckConstraint(
                condition=models.Q(("fact__in", ["coauthor", "adviser", "sponsor"])), name="tie_fact_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="tie",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True),
                    models.Q(("email", ""), _negated=True),
                    models.Q(("orcid", ""), _negated=True),
                    _connector="OR",
                ),
                name="tie_names_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="tie",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("fact", "coauthor"), ("on_date__isnull", False)),
                    models.Q(models.Q(("fact", "coauthor"), _negated=True), ("on_date", None)),
                    _connector="OR",
                ),
                name="tie_coauthors_have_a_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="tie",
            constraint=models.UniqueConstraint(
                condition=models.Q(("on_date__isnull", False)),
                fields=("user", "fact", "name", "email", "orcid", "on_date"),
                name="tie_of_a_day_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="tie",
            constraint=models.UniqueConstraint(
                condition=models.Q(("on_date", None)),
                fields=("user", "fact", "name", "email", "orcid"),
                name="tie_once",
            ),
        ),
    ]
