"""Log lines tell what happened, and never repeat a row, an exception's words, an address or a path."""

from __future__ import annotations

import json
import logging
import smtplib
import socket
import sys

import pytest

from reviewboard.logs import JsonFormatter, TextFormatter, said, trace


def record_of(fault: Exception, *args: object, name: str = "reviews", message: str = "A fault") -> logging.LogRecord:
    try:
        raise fault
    except type(fault):
        return logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, sys.exc_info())


def written(record: logging.LogRecord) -> list[str]:
    """The record as both formatters write it."""
    return [formatter.format(record) for formatter in (JsonFormatter(), TextFormatter())]


def test_json_line_holds_the_facts() -> None:
    record = record_of(ValueError("wrong"), "fault", message="A %s")
    record.facts = {"route": "/queue/", "status": 200}

    line = json.loads(JsonFormatter().format(record))

    assert sorted(line) == ["at", "level", "logger", "message", "process", "route", "status", "trace"]
    assert (line["level"], line["logger"], line["message"], line["status"]) == ("error", "reviews", "A fault", 200)
    assert line["trace"].splitlines()[0] == "Traceback (most recent call last):"
    assert "raise fault" in line["trace"]
    assert line["trace"].endswith("ValueError: (left out)")


def test_values_of_a_refused_row_are_left_out() -> None:
    class IntegrityError(Exception):
        """Called like that of every database driver."""

    fault = IntegrityError('violates check constraint "shape"\nDETAIL:  Failing row contains (7, Hidden title).')

    for text in [*written(record_of(fault)), *written(record_of(fault, fault, message="refused: %s"))]:
        assert 'violates check constraint "shape"' in text.replace("\\", "")
        assert "Hidden title" not in text


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (ValueError("time data 'Hidden title' does not match"), "ValueError: (left out)"),
        (TypeError("Field 'id' expected a number but got 'Hidden title'."), "TypeError: (left out)"),
        (KeyError("Hidden title"), "KeyError: (left out)"),
        (ValueError(), "ValueError"),
        (AttributeError("'Case' object has no attribute 'x'"), "AttributeError: 'Case' object has no attribute 'x'"),
        (
            FileNotFoundError(2, "No such file", "/data/Hidden title.pdf"),
            "FileNotFoundError: No such file or directory",
        ),
        (socket.gaierror(-2, "Hidden title"), "socket.gaierror: (left out)"),
        (smtplib.SMTPRecipientsRefused({"a@lab.org": (550, b"no")}), "smtplib.SMTPRecipientsRefused: (left out)"),
        (smtplib.SMTPDataError(554, b"a@lab.org is full"), "smtplib.SMTPDataError: 554"),
    ],
)
def test_words_of_an_exception_are_kept_only_where_they_cannot_quote(fault: Exception, words: str) -> None:
    assert said(fault) == words


def test_trace_follows_what_led_to_the_fault_and_ends_in_a_circle() -> None:
    first, second = ValueError("Hidden title"), RuntimeError("Hidden title")
    second.__cause__, first.__context__ = first, second

    text = trace(second)

    assert text.count("That led to:") == 1
    assert text.index("ValueError") < text.index("RuntimeError")
    assert "Hidden title" not in text


def test_trace_leaves_out_what_was_left_out_on_purpose() -> None:
    fault = RuntimeError()
    fault.__context__, fault.__suppress_context__ = ValueError(), True

    assert "ValueError" not in trace(fault)


@pytest.mark.parametrize(
    ("name", "message", "args", "words"),
    [
        ("reviews", "no reminders for %s", ("RB-2026-AAAAA",), "no reminders for RB-2026-AAAAA"),
        ("reviews", "sent to author.one@lab.example.org", (), "sent to (address)"),
        ("celery.worker", "celery@web1.lab.org ready.", (), "celery@web1.lab.org ready."),
        ("reviews", "failed: %s", (ValueError("Hidden title"),), "failed: ValueError: (left out)"),
        ("gunicorn.error", "Error handling %s %s", ("GET", "/queue/?label=Hidden"), "Error handling GET /queue/"),
        ("gunicorn.error", "Error handling request %s", ("/Hidden/x",), "Error handling request (no such address)"),
        ("gunicorn.error", "Invalid request from ip=10.0.0.1: Hidden title", (), "Invalid request"),
        ("django.server", '"%s" %s %s', ("GET /queue/?label=Hidden HTTP/1.1", "200", "9"), "GET /queue/"),
        ("django.server", "%s", ("Hidden title",), "A request of the development server"),
        ("django.server", "Hidden title", (), "A request of the development server"),
    ],
)  # fmt: skip
def test_message_is_made_without_paths_addresses_and_quotes(
    name: str, message: str, args: tuple[object, ...], words: str
) -> None:
    record = logging.LogRecord(name, logging.INFO, __file__, 1, message, args, None)

    assert json.loads(JsonFormatter().format(record))["message"] == words
    assert TextFormatter().format(record) == words
