"""The policy pack from the command line: check, show or compare it, score or replay cases with it, publish it.

All but ``replay`` and ``publish`` ask the rulebook only: they open no database and need no environment. For a path,
``-`` is standard input and ``shipped`` the pack that comes with the program.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.rules import policy, policy_diff, policy_json_schema, policy_text, questionnaire, scoring
from reviews.rules.errors import Refused
from reviews.rules.policy import Pack
from reviews.rules.quoting import short
from reviews.rules.scored import PUBLISHED

SHIPPED = Path(__file__).resolve().parents[2] / "policies" / "default-dual-use.yaml"
SHIPPED_WORD = "shipped"
STANDARD_INPUT = "-"
PATH_HELP = "a file, - for standard input, or the word shipped"
MAX_INPUT_BYTES = 16 * 1024 * 1024
MAX_PACK_BYTES = 1024 * 1024


class Command(BaseCommand):
    """Names all faults of a pack, shows, compares, applies and replays it, or publishes it for committees to adopt."""

    help = "Check, show, compare, apply, replay or publish a policy pack."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One subcommand each for looking, applying and publishing."""
        commands = parser.add_subparsers(dest="command", required=True)
        check = commands.add_parser("check", help="name every fault of a pack")
        check.add_argument("path", help=PATH_HELP)
        show = commands.add_parser("show", help="print a pack to be read, its conditions in words")
        show.add_argument("path", nargs="?", default=SHIPPED_WORD, help=f"{PATH_HELP}; the shipped one otherwise")
        diff = commands.add_parser("diff", help="say in words what changed from one pack to another")
        diff.add_argument("old", help=PATH_HELP)
        diff.add_argument("new", help=PATH_HELP)
        commands.add_parser("schema", help="print the form of a pack as JSON Schema, for editors")
        score = commands.add_parser("score", help="score the answers in a JSON file")
        score.add_argument("file", help="one JSON object of answers, a list of them, or - for standard input")
        score.add_argument("--policy", default=SHIPPED_WORD, help=f"{PATH_HELP}; the shipped one otherwise")
        replay = commands.add_parser("replay", help="show which past cases would come out otherwise")
        replay.add_argument("path", help=PATH_HELP)
        replay.add_argument(
            "--committee", action="append", default=[], metavar="NAME",
            help="all cases of this committee, whatever policy they were submitted under; may be repeated",
        )  # fmt: skip
        publish = commands.add_parser("publish", help="publish a pack; an administrator brings it into force")
        publish.add_argument("path", help=PATH_HELP)
        publish.add_argument(
            "--by", default="", metavar="EMAIL", help="the administrator who publishes; the system otherwise"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the subcommand says."""
        match options["command"]:
            case "check":
                self.check_pack(options["path"])
            case "show":
                pack = _pack(_read(options["path"], MAX_PACK_BYTES), policy.load)
                self.stdout.write(policy_text.text_of(pack), ending="")
            case "diff":
                self.diff(options["old"], options["new"])
            case "schema":
                self.stdout.write(policy_json_schema.published(), ending="")
            case "score":
                self.score(options["file"], options["policy"])
            case "replay":
                self.replay(options["path"], options["committee"])
            case "publish":
                self.publish(options["path"], options["by"])

    def check_pack(self, path: str) -> None:
        """One line for each fault and exit code 1, or one line that says that there is none."""
        text = _read(path, MAX_PACK_BYTES)
        faults = policy.check(text)
        for fault in faults:
            self.stdout.write(_line(fault))
        if faults:
            raise SystemExit(1)
        pack = policy.load(text, settings.LANGUAGE_CODE)
        self.stdout.write(
            _("%(id)s %(version)s is a valid policy pack with %(count)d questions.")
            % {"id": pack.id, "version": pack.version, "count": len(pack.questions)}
        )

    def diff(self, old_path: str, new_path: str) -> None:
        """Each change in a sentence, by area, with what follows from it."""
        if STANDARD_INPUT == old_path == new_path:
            raise CommandError(_("Only one of the two packs can come from standard input."))
        old_text, new_text = (_read(path, MAX_PACK_BYTES) for path in (old_path, new_path))
        old, new = _pack(old_text, policy.load, old_path), _pack(new_text, policy.load, new_path)
        changes = policy_diff.diff(old, new)
        if not changes:
            same = _("Both are the same text.")
            alike = _("Both apply alike; only comments, layout, explanations or other languages differ.")
            self.stdout.write(same if old_text == new_text else alike)
            return
        sentence = ngettext(
            "%(count)d change from %(old)s to %(new)s.", "%(count)d changes from %(old)s to %(new)s.", len(changes)
        )
        names = {"old": f"{old.id} {old.version}", "new": f"{new.id} {new.version}"}
        self.stdout.write(sentence % {"count": len(changes), **names})
        for area, of_area in groupby(changes, key=lambda change: change.area):
            self.stdout.write("\n" + _(policy_diff.AREAS[area]))
            for change in of_area:
                self.stdout.write("\n  ".join([f"- {change.sentence}", *_besides(change)]))

    def score(self, file: str, policy_path: str) -> None:
        """The result of one set of answers, or a list of results for a list of them."""
        if STANDARD_INPUT == file == policy_path:
            raise CommandError(_("Only one of the answers and the policy can come from standard input."))
        pack = _pack(_read(policy_path, MAX_PACK_BYTES), policy.load)
        given = _json(_read(file, MAX_INPUT_BYTES))
        if isinstance(given, list):
            result: Any = [_score(pack, one, number) for number, one in enumerate(given, start=1)]
        else:
            result = _score(pack, given, None)
        self.stdout.write(json.dumps(result, indent=2, ensure_ascii=False, allow_nan=False))

    def replay(self, path: str, committees: list[str]) -> None:
        """Every past case that would change, in numbers and by reference, with what moves it. Changes nothing."""
        from reviews.management.replaying import lines

        pack = _pack(_read(path, MAX_PACK_BYTES), policy.parse)
        try:
            for line in lines(pack, committees):
                self.stdout.write(line)
        except DatabaseError as error:
            raise CommandError(_("The database is not ready; run “manage.py migrate” first.")) from error

    def publish(self, path: str, by: str) -> None:
        """Publish a pack; the same bytes again change nothing. In force it comes on the pages of committees."""
        from accounts.models import User
        from reviews.actions import policy as actions
        from reviews.models import Adoption

        text = _read(path, MAX_PACK_BYTES)
        _pack(text, policy.parse)
        try:
            person = User.objects.filter(email__iexact=by, is_active=True).first() if by else None
            if by and person is None:
                raise CommandError(_("There is no active account with the address %(email)s.") % {"email": by})
            version = actions.publish(text=text, by=person, now=timezone.now())
            waiting = Adoption.objects.filter(version=version, approved_at=None, withdrawn_at=None)
            names = list(waiting.order_by("committee__name").values_list("committee__name", flat=True))
        except Refused as refusal:
            raise CommandError(refusal.text) from refusal
        except DatabaseError as error:
            raise CommandError(_("The database is not ready; run “manage.py migrate” first.")) from error
        self.stdout.write(_("%(id)s %(version)s is published.") % {"id": version.pack_id, "version": version.version})
        self.stdout.write(_next_step(names, person is not None))


def _next_step(names: list[str], has_proposer: bool) -> str:
    """What brings a published version into force."""
    if not names:
        return _("An administrator adopts it on a committee's page. Until then nothing changes.")
    text = _("It is proposed in: %(names)s. Two administrators put it in force on the committee's page.")
    if has_proposer:
        text = _("It is proposed in: %(names)s. Another administrator approves it on the committee's page.")
    return text % {"names": ", ".join(names)}


def _pack(text: str, read: Callable[[str, str], Pack], path: str = "") -> Pack:
    """The pack in a text; one with faults ends the command with all of them, a line each as ``check`` names them."""
    try:
        return read(text, settings.LANGUAGE_CODE)
    except policy.PackError as error:
        count = len(error.faults)
        sentence = ngettext("The policy has %(count)d fault.", "The policy has %(count)d faults.", count)
        if path:
            sentence = ngettext("%(path)s has %(count)d fault.", "%(path)s has %(count)d faults.", count)
        lines = [sentence % {"count": count, "path": path}, *map(_line, error.faults)]
        raise CommandError("\n".join(lines)) from error


def _besides(change: policy_diff.Change) -> Iterator[str]:
    """What stands below the sentence of a change: both texts where it names neither, and what follows from it."""
    if change.kind == "reworded" and change.after not in change.sentence:
        yield _("Before: %(text)s") % {"text": change.before}
        yield _("Now: %(text)s") % {"text": change.after}
    if change.meaning:
        yield change.meaning


def _line(fault: policy.Fault) -> str:
    return f"line {fault.line}: {fault.key}: {fault.message}"


def _read(path: str, limit: int) -> str:
    try:
        if path == STANDARD_INPUT:
            data = sys.stdin.buffer.read(limit + 1)
        else:
            with (SHIPPED if path == SHIPPED_WORD else Path(path)).open("rb") as file:
                data = file.read(limit + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CommandError(_("%(path)s cannot be read: %(reason)s.") % {"path": path, "reason": reason}) from error
    if len(data) > limit:
        raise CommandError(
            _("%(path)s is larger than %(limit)d MiB.") % {"path": path, "limit": limit // (1024 * 1024)}
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CommandError(_("%(path)s is not UTF-8 text.") % {"path": path}) from error


def _json(text: str) -> Any:
    """The data in a JSON text; a key that stands twice would hide an answer, so it is refused."""
    try:
        return json.loads(text, object_pairs_hook=_once_each)
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "reason": error.msg}
        raise CommandError(_("The answers are not JSON: line %(line)d: %(reason)s.") % place) from error
    except RecursionError as error:
        raise CommandError(_("The answers are nested too deep.")) from error
    except ValueError as error:
        raise CommandError(_("The answers are not JSON: %(reason)s") % {"reason": error}) from error


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _value in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise CommandError(_("“%(key)s” is answered twice.") % {"key": short(twice)})
    return found


def _score(pack: Pack, answers: Any, number: int | None) -> dict[str, Any]:
    place = "" if number is None else _("Element %(number)d: ") % {"number": number}
    if not isinstance(answers, dict):
        raise CommandError(place + _("Answers must be a JSON object of questions and values."))
    faults = questionnaire.faults(pack, answers)
    if faults:
        raise CommandError(place + " ".join(f"“{short(key)}”: {sentence}" for key, sentence in faults.items()))
    result = scoring.assess(pack, answers).as_json()
    return {key: result[key] for key in PUBLISHED}
