"""When things happened in the demo: counted back in working days from the day on which it was first loaded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reviews.rules.deadlines import Calendar, is_working_day


@dataclass(frozen=True)
class StoryClock:
    """``today`` is the last working day that has begun; ``at("12 09:30")`` is twelve working days before it."""

    calendar: Calendar
    loaded_at: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The committee's zone."""
        return ZoneInfo(self.calendar.zone)

    def day(self, working_days_ago: int) -> date:
        """The working day that lies so many before the last one."""
        day, left = self.loaded_at.astimezone(self.zone).date(), working_days_ago
        while True:
            if is_working_day(self.calendar, day):
                if left == 0:
                    return day
                left -= 1
            day -= timedelta(days=1)

    def at(self, written: str) -> datetime:
        """A moment written as working days ago and clock time. Raises ``ValueError`` for one that is not past."""
        ago, clock = written.split()
        if int(ago) < 1:
            raise ValueError(f"{written} may not be past yet.")
        local = datetime.combine(self.day(int(ago)), time.fromisoformat(clock), tzinfo=self.zone)
        return local.astimezone(UTC)

    def later(self, days: int) -> date:
        """A day after today; weekends move to the Monday after."""
        day = self.loaded_at.astimezone(self.zone).date() + timedelta(days=days)
        return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
