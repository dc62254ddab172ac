"""How long a replay of 10,000 submissions takes, and how long scoring one of them.

``python -m tests.benchmarks.replay`` makes one case through the real actions, copies its rows 10,000 times with the
answers of all historical cases, and prints seconds and milliseconds with the share of what may pass: 20 s for the whole
replay, 1 ms for scoring one submission. It ends with 1 where that is not kept.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import time
from datetime import UTC, datetime

CASES = 10_000
ALLOWED_S, ALLOWED_MS = 20.0, 1.0
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def fill() -> None:
    """So many frozen revisions with their answers and the authors' assessments, in turn those of each example."""
    from accounts.models import User
    from reviews.models import Assessment, Committee, Response, Revision, Submission
    from reviews.rules.scoring import assess
    from tests.rules.packs import historical

    committee, author = Committee.objects.earliest("pk"), User.objects.earliest("pk")
    policy = committee.policy_in_force
    scored = [(answers, assess(policy.pack, answers)) for _name, answers, _expected in historical()]
    submissions = Submission.objects.bulk_create(
        Submission(
            reference=f"BENCH-{number}", title="Case", label="Case", committee=committee, state="submitted",
            state_entered_at=NOW, created_at=NOW, created_by=author, submitted_at=NOW,
        )
        for number in range(CASES)
    )  # fmt: skip
    revisions = Revision.objects.bulk_create(
        Revision(
            submission=one, number=1, policy=policy, started_at=NOW, frozen_at=NOW, frozen_by=author,
            attested_name="Author", manifest_digest="0" * 64,
        )
        for one in submissions
    )  # fmt: skip
    pairs = [(revision, *scored[place % len(scored)]) for place, revision in enumerate(revisions)]
    Response.objects.bulk_create(Response(revision=row, answers=answers, saved_at=NOW) for row, answers, _ in pairs)
    Assessment.objects.bulk_create(
        Assessment(
            revision=row, basis="author", inherent=result.inherent, residual=result.residual, tier=result.tier,
            result=result.as_json(), made_at=NOW, made_by=author,
        )
        for row, _answers, result in pairs
    )  # fmt: skip


def replayed() -> tuple[float, int, int]:
    """Seconds of work for the whole replay with a draft, how many cases it read, and how many change."""
    from reviews.access.policy import submitted
    from reviews.queries import replay
    from reviews.rules.policy import load
    from tests.rules.packs import edited

    draft = load(edited("- {tier: 3, from: 45}", "- {tier: 3, from: 40}"))
    began = time.process_time()
    found = replay.over(draft, counted=submitted(), named=submitted())
    return time.process_time() - began, found.tally.cases, found.tally.changed


def scored() -> float:
    """Milliseconds of work for scoring one submission, over all historical cases."""
    from reviews.rules.scoring import assess
    from tests.rules.packs import PACK, historical

    given = [answers for _name, answers, _expected in historical()]
    rounds = 200
    began = time.process_time()
    for _ in range(rounds):
        for answers in given:
            assess(PACK, answers)
    return 1000 * (time.process_time() - began) / (rounds * len(given))


def main() -> int:
    """Load the demo into a folder of its own, fill it, and measure."""
    with tempfile.TemporaryDirectory(prefix="reviewboard-benchmark-") as folder:
        for name in ("BASE_URL", "DATABASE_URL", "SECRET_KEY", "DEBUG", "EMAIL_URL"):
            os.environ.pop(name, None)
        os.environ["DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "reviewboard.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("demo", stdout=io.StringIO())
        fill()
        seconds, cases, changed = replayed()
        each = scored()
    sys.stdout.write(f"{'':<32}{'busy':>9}{'share':>9}\n")
    sys.stdout.write(f"{f'replay of {cases} cases, s':<32}{seconds:9.1f}{seconds / ALLOWED_S:9.2f}\n")
    sys.stdout.write(f"{'scoring one submission, ms':<32}{each:9.2f}{each / ALLOWED_MS:9.2f}\n")
    sys.stdout.write(f"{changed} cases would change.\n")
    return 0 if seconds <= ALLOWED_S and each <= ALLOWED_MS else 1


if __name__ == "__main__":
    raise SystemExit(main())
