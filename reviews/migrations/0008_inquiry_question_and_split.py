"""A question can be about one answer; a case can have been a part of another one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0007_assignment_ended_at")]

    operations = [
        migrations.AddField(
            model_name="inquiry", name="question_key", field=models.CharField(blank=True, max_length=64)
        ),
        migrations.AddField(
            model_name="submission",
            name="split_from",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="split_off",
                to="reviews.submission",
            ),
        ),
    ]
