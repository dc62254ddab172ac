"""How log lines are written. A line tells what happened where, never what a case says."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

# PostgreSQL repeats the values of the row it refused; they would carry titles and answers into the log.
ROW_VALUES = re.compile(r"^(DETAIL|CONTEXT|HINT):.*$", re.MULTILINE)


def without_row_values(text: str) -> str:
    """The text without the lines in which a database quotes the row it refused."""
    return ROW_VALUES.sub(r"\1: (left out)", text)


class TextFormatter(logging.Formatter):
    """For a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return without_row_values(super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for a log collector."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_row_values(record.getMessage()),
            "process": record.process,
        }
        if record.exc_info:
            line["trace"] = without_row_values(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
