"""People can be known by their ORCID."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_expertise_withdrawn"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="orcid",
            field=models.CharField(
                blank=True,
                help_text="identifier as a researcher, such as 0000-0002-1825-0097",
                max_length=19,
                verbose_name="ORCID",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                condition=models.Q(("orcid", ""), _negated=True), fields=("orcid",), name="user_orcid_once"
            ),
        ),
    ]
