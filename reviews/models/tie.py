"""What is known about people outside any case: with whom they wrote, whom they taught, who pays for their work."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from reviews.models._shape import choices, one_of
from reviews.rules.ties import Fact


class Tie(models.Model):
    """One imported fact about a person; the other end need not have an account here, and may be an organisation."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ties")
    fact = models.CharField(max_length=16, choices=choices(Fact))
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    orcid = models.CharField(max_length=19, blank=True)
    on_date = models.DateField(null=True, help_text="when two people wrote together")
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            one_of("fact", Fact, "tie_fact_known"),
            models.CheckConstraint(condition=~Q(name="") | ~Q(email="") | ~Q(orcid=""), name="tie_names_somebody"),
            models.CheckConstraint(
                condition=Q(fact=Fact.COAUTHOR.value, on_date__isnull=False)
                | (~Q(fact=Fact.COAUTHOR.value) & Q(on_date=None)),
                name="tie_coauthors_have_a_date",
            ),
            models.UniqueConstraint(
                fields=["user", "fact", "name", "email", "orcid", "on_date"],
                condition=Q(on_date__isnull=False),
                name="tie_of_a_day_once",
            ),
            models.UniqueConstraint(
                fields=["user", "fact", "name", "email", "orcid"], condition=Q(on_date=None), name="tie_once"
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.user} and {self.name or self.email or self.orcid}"
