"""Committees that had a policy before adoptions were kept get the adoption that brought it into force.

It is written down as approved by whoever gave out the committee's first role. A committee without any role keeps its
policy without such a row.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.db import migrations


def write_down(apps: Any, schema_editor: Any) -> None:
    committees = apps.get_model("reviews", "Committee").objects.filter(policy__isnull=False, adoptions=None)
    for committee in committees.select_related("policy"):
        first = committee.memberships.filter(from_by__isnull=False).order_by("pk").first()
        if first is None:
            continue
        committee.adoptions.create(
            version=committee.policy,
            is_first=True,
            proposed_at=first.from_at,
            proposed_by=first.from_by,
            approved_at=first.from_at,
            approved_by=first.from_by,
            public_id=secrets.token_urlsafe(12),
        )


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_adoption_referral_transfer")]
    operations = [migrations.RunPython(write_down, migrations.RunPython.noop)]
