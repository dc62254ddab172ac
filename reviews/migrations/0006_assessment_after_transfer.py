"""An assessment may rest on a transfer: the same scoring once more, for the committee that has the case now."""

from __future__ import annotations

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0005_description_and_evidence_version"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="assessment", name="assessment_basis_known"),
        migrations.AlterField(
            model_name="assessment",
            name="basis",
            field=models.CharField(
                choices=[("author", "Author"), ("board", "Board"), ("transfer", "Transfer")], max_length=8
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis__in", ["author", "board", "transfer"])), name="assessment_basis_known"
            ),
        ),
    ]
