"""A seat keeps when it ended, so that a coordinator who needs another reviewer is reminded from then on."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.models.functions import Coalesce

SEATED = ["accepted", "done", "offered"]


def when_they_were_answered(apps: Any, editor: Any) -> None:
    """Seats that ended before: the last moment that is known of them."""
    rows = apps.get_model("reviews", "Assignment").objects.exclude(status__in=SEATED)
    rows.update(ended_at=Coalesce("answered_at", "offered_at"))


class Migration(migrations.Migration):
    dependencies = [("reviews", "0006_assessment_after_transfer")]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="ended_at",
            field=models.DateTimeField(
                help_text="when the seat was declined, lapsed, or was given up or away", null=True
            ),
        ),
        migrations.RunPython(when_they_were_answered, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at", None), ("status__in", SEATED))
                | (~models.Q(("status__in", SEATED)) & models.Q(("ended_at__isnull", False))),
                name="assignment_ended_at_known",
            ),
        ),
    ]
