"""Log lines tell what happened, and never repeat the values of a row."""

from __future__ import annotations

import json
import logging
import sys

from reviewboard.logs import JsonFormatter, TextFormatter


def record_of(fault: Exception) -> logging.LogRecord:
    try:
        raise fault
    except type(fault):
        return logging.LogRecord("reviews", logging.ERROR, __file__, 1, "A %s", ("fault",), sys.exc_info())


def test_json_line_holds_the_facts() -> None:
    line = json.loads(JsonFormatter().format(record_of(ValueError("wrong"))))

    assert sorted(line) == ["at", "level", "logger", "message", "process", "trace"]
    assert (line["level"], line["logger"], line["message"]) == ("error", "reviews", "A fault")
    assert "ValueError: wrong" in line["trace"]


def test_values_of_a_refused_row_are_left_out() -> None:
    record = record_of(ValueError("violates check constraint\nDETAIL:  Failing row contains (7, Hidden title)."))

    for formatter in (JsonFormatter(), TextFormatter()):
        text = formatter.format(record)
        assert "violates check constraint" in text
        assert "Hidden title" not in text
