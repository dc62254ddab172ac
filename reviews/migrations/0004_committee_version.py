from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0003_first_adoptions")]

    operations = [
        migrations.AddField(
            model_name="committee",
            name="version",
            field=models.PositiveIntegerField(default=0, help_text="counts changes of name, zone and working days"),
        ),
    ]
