"""How log lines are written. A line tells what happened where, never what a case, a form or an address says.

Two things would carry such words into the log unasked: the paths of requests, which hold tokens and whatever somebody
typed, and the messages of exceptions, which quote the value that was wrong. Paths become the route that serves them;
of an exception its type and the places in the code are kept. With ``DEBUG``, on one's own machine, all is shown.
"""

from __future__ import annotations

import copy
import errno
import json
import logging
import os
import re
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve

# PostgreSQL repeats the values of the row it refused; they would carry titles and answers into the log.
ROW_VALUES = re.compile(r"^(DETAIL|CONTEXT|HINT):.*$", re.MULTILINE)
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
LEFT_OUT = "(left out)"
# Their first line is made of names in the code or the schema, never of values.
SPEAK_OF_CODE = frozenset(
    {"AttributeError", "ImportError", "ImproperlyConfigured", "IntegrityError", "InterfaceError", "NameError",
     "OperationalError"}
)  # fmt: skip


def without_row_values(text: str) -> str:
    """The text without the lines in which a database quotes the row it refused."""
    return ROW_VALUES.sub(rf"\1: {LEFT_OUT}", text)


def route(path: str) -> str:
    """The pattern that serves this path; nothing of what stands in the path itself."""
    try:
        return "/" + resolve(path).route
    except Resolver404:
        return "(no such address)"


def route_of(request: HttpRequest) -> str:
    """The pattern that serves this request."""
    match = getattr(request, "resolver_match", None)
    return "/" + match.route if match is not None else route(request.path_info)


def said(error: BaseException) -> str:
    """The type of an exception, and of its words only what cannot quote anybody."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    code = getattr(error, "smtp_code", None)
    if isinstance(code, int):
        return f"{name}: {code}"
    if isinstance(error, OSError) and error.errno is not None and error.errno in errno.errorcode:
        return f"{name}: {os.strerror(error.errno)}"
    lines = str(error).splitlines()
    if not lines:
        return name
    return f"{name}: {lines[0] if kinds & SPEAK_OF_CODE else LEFT_OUT}"


def trace(error: BaseException) -> str:
    """Where it happened and what led to it: files, lines and code, without values and without the exceptions' words."""
    parts = []
    for link in reversed(list(_chain(error))):
        frames = "".join(traceback.format_tb(link.__traceback__))
        parts.append(f"Traceback (most recent call last):\n{frames}{said(link)}")
    return "\n\nThat led to:\n\n".join(parts)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def words(record: logging.LogRecord) -> str:
    """The message of a record, made anew where its maker would have quoted a path, a header or an exception."""
    if record.name.startswith("django.server"):
        text = _request_line(record)
    elif isinstance(request := getattr(record, "request", None), HttpRequest):
        text = _about(record, request)
    elif record.name == "gunicorn.error" and str(record.msg).startswith("Invalid request from"):
        text = "Invalid request"
    else:
        made = copy.copy(record)
        made.args = _discreet(record.args, paths=record.name.startswith("gunicorn"))
        text = made.getMessage()
    return ADDRESS.sub(_hidden, without_row_values(text))


def _about(record: logging.LogRecord, request: HttpRequest) -> str:
    status = getattr(record, "status_code", None)
    what = HTTPStatus(status).phrase if status in set(HTTPStatus) else record.name.rpartition(".")[2]
    return f"{what}: {request.method} {route_of(request)}"


def _request_line(record: logging.LogRecord) -> str:
    """What the development server says of a request: method, route and status."""
    line = str(record.args[0]).split(" ") if isinstance(record.args, tuple) and record.args else []
    if len(line) != 3 or not line[1].startswith("/"):
        return "A request of the development server"
    return f"{line[0]} {route(urlsplit(line[1]).path)} {getattr(record, 'status_code', '')}".rstrip()


def _discreet(args: Any, *, paths: bool) -> Any:
    if isinstance(args, dict):
        # Celery says of a failed task `exc`, its repr, and `traceback`; what it ran with may be anything.
        hidden = {"exc", "traceback", "args", "kwargs", "return_value"}
        return {key: LEFT_OUT if key in hidden else _plain(value, paths) for key, value in args.items()}
    return tuple(_plain(value, paths) for value in args or ())


def _plain(value: Any, paths: bool) -> Any:
    if isinstance(value, BaseException):
        return said(value)
    return route(urlsplit(value).path) if paths and isinstance(value, str) and value.startswith("/") else value


def _hidden(found: re.Match[str]) -> str:
    # The names of Celery's processes look like addresses.
    return found[0] if found[0].startswith("celery@") else "(address)"


class TextFormatter(logging.Formatter):
    """For a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        made = copy.copy(record)
        made.msg, made.args, made.exc_info, made.exc_text = words(record), None, None, None
        text = super().format(made)
        error = _error(record)
        return f"{text}\n{trace(error)}" if error else text


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for a log collector. ``facts`` of a record become fields of their own."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": words(record),
            "process": record.process,
            **getattr(record, "facts", {}),
        }
        if error := _error(record):
            line["trace"] = trace(error)
        return json.dumps(line, ensure_ascii=False)


def _error(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if isinstance(record.exc_info, tuple) else None
