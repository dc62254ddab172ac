from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0004_committee_version")]

    operations = [
        migrations.AddField(
            model_name="evidence",
            name="version",
            field=models.PositiveIntegerField(default=0, help_text="counts how often it was given or waived"),
        ),
        migrations.AddField(
            model_name="submission",
            name="description_version",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
