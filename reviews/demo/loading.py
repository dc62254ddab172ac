"""Loading the demo as a whole: once, and on from where an interrupted load stopped."""

from __future__ import annotations

from datetime import datetime

from accounts import demo
from accounts.models import User
from notifications import delivery
from reviews.actions import policy, reminder
from reviews.demo import cases, committee, people
from reviews.demo.clock import StoryClock
from reviews.demo.story import Story
from reviews.models import Committee, PolicyVersion
from reviews.queries import policy as packs
from reviews.queries.reminder import open_cases
from reviews.rules.deadlines import Calendar

FOUNDED = "75 09:00"


def is_loaded() -> bool:
    """Whether the marker of a whole load lies beside a database that has the committee."""
    return bool(demo.read().accounts) and Committee.objects.filter(name=people.read().committee["name"]).exists()


def load(*, now: datetime) -> demo.Demo:
    """Bring about whatever of the demo is not there yet, then leave the marker."""
    cast = people.read()
    demo.path().unlink(missing_ok=True)
    begun = User.objects.filter(email=people.administrator(cast).email).first()
    calendar = Calendar(zone=cast.committee["time_zone"], country=cast.committee["country"])
    clock = StoryClock(calendar, begun.joined_at if begun is not None else now)
    founded_at = clock.at(FOUNDED)
    is_new = not PolicyVersion.objects.exists()
    published = policy.publish(text=packs.shipped().text, by=None, now=founded_at if is_new else now)
    people.load(cast, time_zone=calendar.zone, now=founded_at)
    board = committee.load(cast, published, now=founded_at)
    committee.end_first_day(cast, now=founded_at)
    for data in cases.read_all():
        Story(data, board, cast.users, clock).tell()
    people.send_away_and_invite(cast, now=now)
    for submission in open_cases():
        reminder.enqueue_due(submission=submission, now=now)
    delivery.deliver_due(now=now)
    demo.write(cast.accounts(), cast.password)
    return demo.read()
