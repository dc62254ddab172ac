"""A pack can be checked, compared and tried on past cases before it is published."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import reviews.models._shape


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0008_inquiry_question_and_split"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PolicyDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=reviews.models._shape.new_public_id, editable=False, max_length=22, unique=True
                    ),
                ),
                ("pack_id", models.CharField(max_length=64)),
                ("version", models.CharField(max_length=32)),
                ("title", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("source", models.TextField()),
                ("uploaded_at", models.DateTimeField()),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "published",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draft",
                        to="reviews.policyversion",
                    ),
                ),
                ("dropped_at", models.DateTimeField(help_text="or superseded", null=True)),
                (
                    "dropped_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["uploaded_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("dropped_at", None), ("published", None)),
                        fields=("pack_id", "version"),
                        name="policy_draft_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dropped_at__isnull", False), ("dropped_by__isnull", False)),
                            models.Q(("dropped_at__isnull", True), ("dropped_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="policy_draft_dropped_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("published", None), ("dropped_at", None), _connector="OR"),
                        name="policy_draft_published_or_dropped",
                    ),
                ],
            },
        ),
    ]
