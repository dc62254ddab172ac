"""Who may open what: every address of the product, against everybody, in the states where it matters.

The expectations are written from the plan of the house ("Who sees what"), not from what the program answers. In each
row the people who are not named get 404, as if nothing were there; ``anonymous`` and ``deactivated`` are always sent
to the sign-in page. POST is asked with an empty form: 200 and 409 are a form that says what is missing, 302 is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from tests import databases
from tests.architecture.role_world import ACTORS, World, build, plain

OUTSIDE = frozenset({"anonymous", "deactivated"})
EVERYBODY = frozenset(ACTORS) - OUTSIDE
AUTHORS = frozenset({"author", "coauthor", "coauthor_on_board"})
RUNNERS = frozenset({"coordinator", "chair", "deputy"})
VOTERS = frozenset({"member", "mover"})
OFFICER, SIGNATORY = frozenset({"officer"}), frozenset({"signatory"})
ACCEPTED, OFFERED = frozenset({"accepted"}), frozenset({"offered"})
COORDINATOR, CHAIR, MOVER = frozenset({"coordinator"}), frozenset({"chair"}), frozenset({"mover"})
DEPUTY = frozenset({"deputy"})
JUDGE = frozenset({"judge"})
LEADER, AUDITOR, ADMINISTRATOR = frozenset({"leader"}), frozenset({"auditor"}), frozenset({"administrator"})
SENDERS = frozenset({"anonymous", "author", "coordinator", "stranger"})
# The role of coordinator somewhere; a conflict closes cases, not the page that lists them.
RUN_SOMETHING = RUNNERS | {"conflicted", "outsider", "coauthor_on_board"}

# Who sees a case beside its authors: title, files, answers (``INSIDE``); its decision and events (``ON_RECORD``).
INSIDE = {
    "draft": frozenset[str](),
    "withdrawn": frozenset[str](),  # never submitted
    "submitted": RUNNERS | OFFICER,
    "returned": RUNNERS,
    "in_review": RUNNERS | OFFICER | ACCEPTED,
    "deliberation": RUNNERS | OFFICER | ACCEPTED | VOTERS,
    "sign_off": RUNNERS | ACCEPTED | VOTERS | SIGNATORY,
    "decided": RUNNERS | ACCEPTED | VOTERS,
}
ON_RECORD = {
    "draft": INSIDE["draft"],
    "withdrawn": INSIDE["withdrawn"],
    "submitted": INSIDE["submitted"] | AUDITOR,
    "returned": INSIDE["returned"] | AUDITOR | OFFICER,
    "in_review": INSIDE["in_review"] | AUDITOR,
    "deliberation": INSIDE["deliberation"] | AUDITOR,
    "sign_off": INSIDE["sign_off"] | AUDITOR | OFFICER,
    "decided": INSIDE["decided"] | AUDITOR | OFFICER | SIGNATORY,
}
Answers = dict[int, frozenset[str]]


@dataclass(frozen=True)
class Row:
    """One address in one state: who gets which status. ``post`` is None where a page is only read."""

    name: str
    args: tuple[str, ...]
    get: Answers
    post: Answers | None = None
    rest: int = 404

    def path(self, world: World, *, missing: bool = False) -> str:
        """The address, of what is there or of what is not."""
        return reverse(self.name, args=[_resolved(world, arg, missing=missing) for arg in self.args])

    def expected(self, method: str, actor: str) -> int:
        """The literal status of this row."""
        if actor in OUTSIDE:
            return 302
        answers = self.get
        if method == "POST":
            answers = self.post if self.post is not None else self._only_read()
        found = [status for status, actors in answers.items() if actor in actors]
        assert len(found) <= 1, f"{self.name} names {actor} twice"
        return found[0] if found else self.rest

    def _only_read(self) -> Answers:
        opened = self.get.get(200, frozenset()) | self.get.get(302, frozenset())
        return {405: opened, 403: self.get.get(403, frozenset())}


def _resolved(world: World, arg: str, *, missing: bool) -> str:
    if arg in world.cases:
        return "RB-2026-ZZZZZ" if missing else world.cases[arg].submission.reference
    if arg in world.ids:
        return "zzzzzzzzzzzzzzzz" if missing else world.ids[arg]
    return arg


def person(name: str, get: Answers, post: Answers | None = None) -> Row:
    """A page that belongs to no case."""
    return Row(f"reviews:{name}", (), get, post)


def row(name: str, where: str, get: Answers, post: Answers | None = None, *more: str) -> Row:
    """A page of a case, or of a row below one."""
    return Row(f"reviews:{name}", (where, *more), get, post)


def read(name: str, *states: str, authors: bool = True) -> list[Row]:
    """A page to read, open to everybody who is inside the case."""
    return [row(name, state, {200: INSIDE[state] | (AUTHORS if authors else frozenset())}) for state in states]


def form(
    name: str, where: str, may: frozenset[str], see: frozenset[str], *more: str, empty: int = 200, get: int = 200
) -> Row:
    """A form for those who may; 403 for the others who see what it is about."""
    return row(name, where, {get: may, 403: see - may}, {empty: may, 403: see - may}, *more)


# Those who run the committee of these cases, whether or not a conflict closes its cases to them.
RUN_HERE = RUNNERS | {"conflicted", "coauthor_on_board"}
MEMBER, OUTSIDER, CONFLICTED = frozenset({"member"}), frozenset({"outsider"}), frozenset({"conflicted"})
ELSEWHERE = RUNNERS | {"other_author", "coauthor_on_board"}
LIVE = ("submitted", "returned", "in_review", "deliberation", "sign_off", "decided")
IN_REVIEW = INSIDE["in_review"] | AUTHORS
BOARD_EARLY = INSIDE["in_review"] - ACCEPTED  # deliberation is not open yet
DELIBERATION = INSIDE["deliberation"]
BOARD = DELIBERATION - ACCEPTED  # who only reviews sees no ballot
SIGN_OFF = INSIDE["sign_off"]
DECIDED = INSIDE["decided"] | AUTHORS
# Decided without a deliberation, so that no voting member sees it.
ASKED = RUNNERS | ACCEPTED

ROWS = [
    # Who holds nothing but leadership is led to the one page of theirs; their own work stays reachable.
    person("my-work", {200: EVERYBODY - LEADER, 302: LEADER}),
    person("own-work", {200: EVERYBODY}),
    person("submission-list", {200: EVERYBODY - LEADER, 302: LEADER}),
    person("submission-start", {200: EVERYBODY}, {200: EVERYBODY}),
    person("signing-together", {200: EVERYBODY}, {200: EVERYBODY}),
    person("queue", {200: RUN_SOMETHING}),
    person("workload", {200: RUN_SOMETHING}),
    person("queue-proposal", {200: RUN_SOMETHING}, {200: RUN_SOMETHING}),
    person("leadership", {200: LEADER}),
    person("operations", {200: ADMINISTRATOR}, {302: ADMINISTRATOR}),
    # The case and what it consists of
    *[
        # Who sees the record alone is led to it from the address that mails carry.
        row("submission-detail", s, {200: INSIDE[s] | AUTHORS, 302: ON_RECORD[s] - INSIDE[s]})
        for s in ("draft", "withdrawn", *LIVE)
    ],
    row("submission-detail", "elsewhere", {200: ELSEWHERE, 302: AUDITOR}),
    *[row("submission-record", s, {200: ON_RECORD[s] | AUTHORS}) for s in ("draft", *LIVE)],
    form("submission-describe", "draft", AUTHORS, AUTHORS),
    form("submission-describe", "submitted", AUTHORS, INSIDE["submitted"] | AUTHORS, get=302),
    form("submission-submit", "draft", AUTHORS, AUTHORS),
    form("submission-submit", "in_review", AUTHORS, IN_REVIEW, get=302),
    form("submission-return", "submitted", COORDINATOR, INSIDE["submitted"] | AUTHORS),
    form("submission-return", "decided", COORDINATOR, DECIDED, get=302),
    form("submission-transfer", "submitted", COORDINATOR, INSIDE["submitted"] | AUTHORS),
    form("submission-transfer", "deliberation", COORDINATOR, DELIBERATION | AUTHORS, get=302),
    # The case of this draft is a model alone, so its authors are told that there is nothing to split.
    form("submission-split", "draft", AUTHORS, AUTHORS, get=302),
    form("submission-split", "in_review", AUTHORS, IN_REVIEW, get=302),
    form("submission-withdraw", "draft", AUTHORS, AUTHORS),
    form("submission-withdraw", "in_review", AUTHORS, IN_REVIEW),
    # To open a closed case again one person asks and another one answers; authors have no page of a re-review.
    form("reopening-ask", "decided", AUTHORS, DECIDED),
    form("reopening-ask", "in_review", AUTHORS, IN_REVIEW, get=302),
    form("reopening-ask", "withdrawn", AUTHORS, AUTHORS, get=302),
    form("reopening-ask-re-review", "decided", COORDINATOR | CHAIR, DECIDED),
    form("reopening-ask-re-review", "in_review", COORDINATOR | CHAIR, IN_REVIEW, get=302),
    form("reopening-answer", "amendment", RUNNERS, ASKED, empty=409),
    form("reopening-refuse", "amendment", RUNNERS, ASKED),
    form("reopening-take-back", "amendment", AUTHORS, ASKED | AUTHORS, empty=302),
    form("sample-find", "decision_decided", COORDINATOR | CHAIR, INSIDE["decided"], get=302),
    *read("artifact-list", "draft", *LIVE),
    form("artifact-add-file", "draft", AUTHORS, AUTHORS),
    form("artifact-add-file", "in_review", AUTHORS, IN_REVIEW, get=302),
    form("artifact-add-reference", "draft", AUTHORS, AUTHORS),
    form("artifact-add-reference", "in_review", AUTHORS, IN_REVIEW, get=302),
    row("artifact-download", "artifact_draft", {200: AUTHORS}),
    row("artifact-download", "artifact_in_review", {200: IN_REVIEW}),
    row("artifact-download", "artifact_decided", {200: DECIDED}),
    form("artifact-remove", "artifact_draft", AUTHORS, AUTHORS, empty=302),
    form("artifact-remove", "artifact_decided", AUTHORS, DECIDED, get=302),
    *read("questionnaire-overview", "draft", *LIVE),
    form("questionnaire-section", "draft", AUTHORS, AUTHORS, "hazards", empty=409),
    form("questionnaire-section", "in_review", AUTHORS, IN_REVIEW, "hazards", get=302),
    form("model-card-import", "draft", AUTHORS, AUTHORS),
    form("model-card-import", "in_review", AUTHORS, IN_REVIEW, get=302),
    form("proof-add", "draft", AUTHORS, AUTHORS, "mit_documentation"),
    form("proof-add", "in_review", AUTHORS, IN_REVIEW, "mit_documentation", get=302),
    row("proof-download", "proof_draft", {200: AUTHORS}),
    row("proof-download", "proof_in_review", {200: IN_REVIEW}),
    row("proof-download", "proof_decided", {200: DECIDED}),
    form("proof-remove", "proof_draft", AUTHORS, AUTHORS, empty=302),
    form("proof-remove", "proof_decided", AUTHORS, DECIDED, get=302),
    # What the board works with. Scores are closed to a reviewer who has not filed.
    row("assessment-detail", "in_review", {200: IN_REVIEW - ACCEPTED, 302: ACCEPTED}),
    *read("assessment-detail", "submitted", "deliberation", "sign_off", "decided"),
    form("assessment-propose-tier", "in_review", CHAIR, IN_REVIEW),
    # A proposal is no page to the authors. Whoever brings it into force sees the scores and did not propose it.
    form("assessment-confirm-tier", "proposal", DEPUTY | OFFICER, INSIDE["in_review"], empty=409),
    form("assessment-refuse-tier", "proposal", DEPUTY | OFFICER, INSIDE["in_review"]),
    form("assessment-take-back-tier", "proposal", CHAIR, INSIDE["in_review"], empty=302),
    *read("evidence-list", "submitted", "in_review", "deliberation", "decided"),
    form("evidence-give", "evidence_open", AUTHORS, IN_REVIEW, empty=409),
    form("evidence-waive", "evidence_open", COORDINATOR, IN_REVIEW),
    row("evidence-download", "evidence_given", {200: IN_REVIEW}),
    form("hold-clear", "hold", OFFICER, IN_REVIEW),
    # Flags are closed to a reviewer who judges alone; the officer sees into the case while the hold is open.
    form("legal-flag-note", "legal_flag", OFFICER, IN_REVIEW - ACCEPTED),
    row(
        "conflict-declare",
        "in_review",
        {200: INSIDE["in_review"] | OFFERED | LEADER | AUDITOR, 403: AUTHORS},
        {200: INSIDE["in_review"] | OFFERED | LEADER | AUDITOR, 403: AUTHORS},
    ),
    # Those who run the committee see all of it, but for what a page below does to one.
    form("conflict-list", "in_review", RUNNERS, IN_REVIEW, empty=302),
    form("conflict-list", "returned", RUNNERS, INSIDE["returned"] | AUTHORS, empty=302),
    form("conflict-list", "decided", RUNNERS, DECIDED),
    form("conflict-declare-for", "in_review", COORDINATOR, IN_REVIEW),
    row(
        "conflict-settle",
        "suspicion",
        {200: frozenset({"coordinator", "chair"}), 403: DEPUTY},
        {200: frozenset({"coordinator", "chair"}), 403: DEPUTY},
    ),
    form("stand-in-appoint", "deliberation", CHAIR | DEPUTY, DELIBERATION | AUTHORS),
    form("stand-in-appoint", "decided", CHAIR | DEPUTY, DECIDED, get=302),
    row("stand-in-end", "stand_in", {200: CHAIR | DEPUTY, 403: COORDINATOR}, {302: CHAIR | DEPUTY, 403: COORDINATOR}),
    form("conflict-name", "in_review", AUTHORS, IN_REVIEW),
    form("conflict-name", "decided", AUTHORS, DECIDED, get=302),
    row(
        "conflict-disown",
        "in_review",
        {200: AUTHORS - {"author"}, 403: IN_REVIEW - AUTHORS | {"author"}},
        {200: AUTHORS - {"author"}, 403: IN_REVIEW - AUTHORS | {"author"}},
    ),
    row("inquiry-list", "in_review", {200: IN_REVIEW}, {200: COORDINATOR, 403: IN_REVIEW - COORDINATOR}),
    form("inquiry-answer", "question", AUTHORS, IN_REVIEW),
    form("inquiry-ask-outside", "in_review", COORDINATOR, IN_REVIEW),
    form("inquiry-ask-outside", "decided", COORDINATOR, DECIDED, get=302),
    # Whoever stands aside reads the question that was put to them, and nothing else of the case.
    row("inquiry-inform", "information", {200: CONFLICTED}, {200: CONFLICTED}),
    # A discussion is closed to a reviewer who has not filed. Authors read what is for them, and begin nothing.
    row(
        "comment-list",
        "in_review",
        {200: IN_REVIEW - ACCEPTED, 302: ACCEPTED},
        {200: BOARD_EARLY, 403: AUTHORS | ACCEPTED},
    ),
    row("comment-list", "deliberation", {200: DELIBERATION | AUTHORS}, {200: DELIBERATION, 403: AUTHORS}),
    row("comment-list", "decided", {200: DECIDED}, {200: INSIDE["decided"], 403: AUTHORS}),
    row("comment-list", "draft", {302: AUTHORS}, {403: AUTHORS}),
    form("comment-reply", "message_board", BOARD_EARLY, BOARD_EARLY),
    form("comment-reply", "message_reviewers", BOARD_EARLY, BOARD_EARLY),
    form("comment-reply", "message_authors", BOARD_EARLY | AUTHORS, BOARD_EARLY | AUTHORS),
    form("comment-reply", "message_decided", INSIDE["decided"], INSIDE["decided"], get=302),
    form("comment-withdraw", "message_board", COORDINATOR, BOARD_EARLY, empty=302),
    form("comment-withdraw", "message_authors", COORDINATOR, BOARD_EARLY | AUTHORS, empty=302),
    # Everybody inside sees that another body was asked; one question is a page for those who read its text.
    row("referral-list", "in_review", {200: IN_REVIEW}, {200: RUNNERS, 403: IN_REVIEW - RUNNERS}),
    row("referral-answer", "referral", {200: RUNNERS, 403: OFFICER}, {200: RUNNERS, 403: OFFICER}),
    row("referral-take-back", "referral", {200: RUNNERS, 403: OFFICER}, {302: RUNNERS, 403: OFFICER}),
    # Seats and reviews: to the authors they are not there
    form("assignment-assign", "in_review", COORDINATOR, IN_REVIEW),
    form("assignment-proposal", "in_review", COORDINATOR, IN_REVIEW),
    row("assignment-offer", "offer", {200: OFFERED}),
    row("assignment-accept", "offer", {200: OFFERED}, {200: OFFERED}),
    row("assignment-decline", "offer", {200: OFFERED}, {200: OFFERED}),
    row("assignment-hand-over", "offer", {200: OFFERED}, {200: OFFERED}),
    *[form(f"assignment-{name}", "seat", COORDINATOR, INSIDE["in_review"]) for name in ("take-back", "replace")],
    form("assignment-extend", "seat", COORDINATOR, INSIDE["in_review"]),
    *read("review-list", "in_review", "deliberation", "sign_off", "decided", authors=False),
    row("review-edit", "review_draft", {200: ACCEPTED}, {409: ACCEPTED}),
    row("review-edit", "review_deliberation_0", {200: DELIBERATION}, {302: ACCEPTED, 403: DELIBERATION - ACCEPTED}),
    row("review-correct", "review_draft", {302: ACCEPTED}, {200: ACCEPTED}),
    row("review-correct", "review_deliberation_0", {302: ACCEPTED}, {200: ACCEPTED}),
    # The board
    *[row("motion-list", s, {200: INSIDE[s] - ACCEPTED}) for s in ("deliberation", "sign_off", "decided")],
    row("motion-list", "in_review", {302: BOARD_EARLY}),
    form("motion-put", "deliberation", COORDINATOR | VOTERS, BOARD, get=302),
    form("motion-put-return", "deliberation", COORDINATOR | VOTERS, BOARD, empty=409, get=302),
    form("motion-cast", "motion", VOTERS, BOARD, get=302),
    form("motion-take-back", "motion", MOVER, BOARD, empty=302),
    form("motion-close", "motion", CHAIR, BOARD, get=302),
    form("decision-finalise", "motion", CHAIR, BOARD, empty=409),
    row("decision-detail", "sign_off", {200: SIGN_OFF}),
    row("decision-detail", "decided", {200: ON_RECORD["decided"] | AUTHORS}),
    form("decision-sign", "decision_sign_off", SIGNATORY, SIGN_OFF, "head_of_research", empty=409),
    form("decision-look-again", "decided", COORDINATOR, DECIDED, get=302),
    form("decision-send-back", "decision_sign_off", SIGNATORY, SIGN_OFF, empty=409),
    # The full letter has the title, which the level of the record has not; the shareable one is for summaries, too.
    *[row(f"letter-{name}", "letter_full", {200: DECIDED}) for name in ("detail", "download")],
    *[
        row(f"letter-{name}", "letter_shareable", {200: ON_RECORD["decided"] | AUTHORS | LEADER})
        for name in ("detail", "download")
    ],
    row(
        "letter-preview",
        "decision_sign_off",
        {200: RUNNERS | SIGNATORY, 403: SIGN_OFF - RUNNERS - SIGNATORY},
        {409: COORDINATOR, 403: SIGN_OFF - COORDINATOR},
    ),
    row("letter-preview-motion", "motion", {200: RUNNERS, 403: BOARD - RUNNERS}),
    *read("release-detail", "decided"),
    form("release-open-stage", "stage_first", COORDINATOR, DECIDED, empty=302),
    form("release-open-stage", "stage_second", COORDINATOR, DECIDED, get=302),
    form("condition-prove", "condition", AUTHORS, DECIDED, empty=409),
    form("condition-answer", "condition_proof", RUNNERS, DECIDED),
    row("condition-proof-download", "condition_proof", {200: DECIDED}),
    # An appeal: who reads the record reads of it, its judge reads the case; who is asked to judges, and appoints
    row("appeal-detail", "appealed", {200: DECIDED | AUDITOR | OFFICER | SIGNATORY | JUDGE}),
    row("appeal-detail", "decided", {302: DECIDED | AUDITOR | OFFICER | SIGNATORY}),
    row("decision-detail", "appealed", {200: DECIDED | AUDITOR | OFFICER | SIGNATORY | JUDGE}),
    row("review-list", "appealed", {200: INSIDE["decided"] | JUDGE}),
    form("appeal-file", "decided", AUTHORS, DECIDED),
    form("appeal-file", "appealed", AUTHORS, DECIDED | JUDGE, get=302),
    form("appeal-withdraw", "appeal", AUTHORS, DECIDED | JUDGE, empty=302),
    form("appeal-judge", "appeal", JUDGE, RUNNERS | VOTERS | JUDGE, get=302),
    form("appeal-appoint", "appeal", SIGNATORY, INSIDE["decided"] | AUDITOR | OFFICER | SIGNATORY | JUDGE),
    # An emergency restriction: everybody inside reads of it, its votes and its lifting are the board's
    row("restriction-detail", "halted", {200: DECIDED}),
    row("restriction-detail", "decided", {302: DECIDED}),
    form("restriction-place", "decided", CHAIR, DECIDED),
    form("restriction-place", "halted", CHAIR, DECIDED, get=302),
    form("restriction-vote", "restriction", VOTERS, RUNNERS | VOTERS, get=302),
    form("restriction-ask-lift", "restriction", CHAIR, RUNNERS | VOTERS, get=302),
    form("restriction-answer-lift", "restriction", COORDINATOR | DEPUTY | VOTERS, RUNNERS | VOTERS),
    # People: those who run a committee see who serves on it, administrators everybody
    person("people", {200: RUN_SOMETHING | ADMINISTRATOR}),
    *[
        person(name, {200: ADMINISTRATOR, 403: RUN_SOMETHING}, {200: ADMINISTRATOR, 403: RUN_SOMETHING})
        for name in ("people-invite", "people-import", "people-ties")
    ],
    person("people-export", {200: ADMINISTRATOR, 403: RUN_SOMETHING}),
    row("person", "member_person", {200: RUN_HERE | ADMINISTRATOR}),
    row("person", "stranger_person", {200: ADMINISTRATOR}),
    *[
        form(name, "member_person", ADMINISTRATOR, RUN_HERE | ADMINISTRATOR)
        for name in ("person-edit", "person-give-role", "person-absence-add", "person-invite-again", "person-reopen")
    ],
    *[
        form(name, "member_person", ADMINISTRATOR, RUN_HERE | ADMINISTRATOR, empty=302)
        for name in ("person-close", "person-end-sessions")
    ],
    form("person-close", "stranger_person", ADMINISTRATOR, ADMINISTRATOR, empty=302),
    form("person-end-role", "leader_person", ADMINISTRATOR, ADMINISTRATOR, "leadership", empty=302),
    form("person-revoke", "invited_person", ADMINISTRATOR, ADMINISTRATOR, empty=302),
    form("absence-cancel", "absence", ADMINISTRATOR, RUN_HERE | ADMINISTRATOR, empty=302),
    form("person-expertise-add", "member_person", RUN_HERE | ADMINISTRATOR, RUN_HERE | ADMINISTRATOR),
    *[
        form(
            f"person-expertise-{what}",
            "member_person",
            RUN_HERE | ADMINISTRATOR,
            RUN_HERE | ADMINISTRATOR,
            "domain",
            "cyber",
            empty=302,
        )
        for what in ("confirm", "withdraw")
    ],
    # Committees: those who run one read its page, administrators keep them all
    person("committee-list", {200: RUN_SOMETHING | ADMINISTRATOR}),
    person(
        "committee-new",
        {200: ADMINISTRATOR, 403: RUN_SOMETHING},
        {200: ADMINISTRATOR, 403: RUN_SOMETHING},
    ),
    row("committee-detail", "committee", {200: RUN_HERE | ADMINISTRATOR}),
    row("committee-detail", "committee_elsewhere", {200: OUTSIDER | ADMINISTRATOR}),
    *[
        form(f"committee-{name}", "committee", ADMINISTRATOR, RUN_HERE | ADMINISTRATOR)
        for name in ("settings", "closure-add", "closure-reopen", "member-add")
    ],
    form("committee-settings", "committee_elsewhere", ADMINISTRATOR, OUTSIDER | ADMINISTRATOR),
    form(
        "committee-member-end",
        "committee",
        ADMINISTRATOR,
        RUN_HERE | ADMINISTRATOR,
        "member_person",
        "member",
        empty=302,
    ),
    form(
        "letter-template",
        "committee",
        COORDINATOR | CHAIR | {"conflicted", "coauthor_on_board"},
        RUN_HERE | ADMINISTRATOR,
    ),
    form("policy-adopt", "committee", ADMINISTRATOR, RUN_HERE | ADMINISTRATOR),
    # What is proposed elsewhere was proposed by this administrator, who may not approve it alone
    form("policy-adopt", "committee_elsewhere", ADMINISTRATOR, OUTSIDER | ADMINISTRATOR, get=302),
    row(
        "adoption-approve",
        "adoption",
        {403: OUTSIDER | ADMINISTRATOR},
        {403: OUTSIDER | ADMINISTRATOR},
    ),
    form("adoption-take-back", "adoption", ADMINISTRATOR, OUTSIDER | ADMINISTRATOR, empty=302),
    person("policy-list", {200: RUN_SOMETHING | ADMINISTRATOR}),
    person(
        "policy-new",
        {200: ADMINISTRATOR, 403: RUN_SOMETHING},
        {200: ADMINISTRATOR, 403: RUN_SOMETHING},
    ),
    row("policy-draft", "policy_draft", {200: RUN_SOMETHING | ADMINISTRATOR}),
    form("policy-draft-publish", "policy_draft", ADMINISTRATOR, RUN_SOMETHING | ADMINISTRATOR),
    form("policy-draft-drop", "policy_draft", ADMINISTRATOR, RUN_SOMETHING | ADMINISTRATOR, empty=302),
    row("policy-replay", "policy", {200: RUN_SOMETHING | ADMINISTRATOR}),
    row("policy-detail", "policy", {200: RUN_SOMETHING | ADMINISTRATOR}),
    row("policy-detail", "shipped", {200: RUN_SOMETHING | ADMINISTRATOR}),
    # Meetings: who votes and who runs the committee; an item is there for those of them who see the board of its case
    person("meeting-list", {200: RUN_SOMETHING | VOTERS}),
    form("meeting-plan", "committee", RUN_HERE, RUN_HERE | ADMINISTRATOR),
    form("meeting-plan", "committee_elsewhere", OUTSIDER, OUTSIDER | ADMINISTRATOR),
    row("meeting-detail", "meeting", {200: RUN_HERE | VOTERS}),
    row("meeting-detail", "meeting_unknown", {200: RUN_HERE}),
    *[
        form(f"meeting-{name}", "meeting", RUN_HERE, RUN_HERE | VOTERS)
        for name in ("cases", "move", "cancel", "attendance")
    ],
    *[form(f"meeting-{name}", "meeting", RUN_HERE, RUN_HERE | VOTERS, empty=409) for name in ("order", "announce")],
    form("meeting-move", "meeting_unknown", RUN_HERE, RUN_HERE),
    form("meeting-order", "meeting_open", RUN_HERE, RUN_HERE | VOTERS, get=302),
    form("meeting-close", "meeting", RUN_HERE, RUN_HERE | VOTERS, get=302),
    form("meeting-close", "meeting_open", RUN_HERE, RUN_HERE | VOTERS, empty=409),
    row("minutes-detail", "meeting", {200: RUN_HERE | VOTERS}),
    row("minutes-detail", "meeting_held", {200: RUN_HERE | VOTERS}),
    form("minutes-write", "meeting", RUN_HERE, RUN_HERE | VOTERS, get=302),
    form("minutes-write", "meeting_held", RUN_HERE, RUN_HERE | VOTERS),
    # Written by the coordinator; the others who run the committee do not read every part.
    form("minutes-approve", "minutes", CHAIR | DEPUTY, RUN_HERE | VOTERS, empty=409),
    *[form(f"agenda-{name}", "item", RUNNERS, RUNNERS | VOTERS) for name in ("item", "place")],
    form("agenda-take-off", "item", RUNNERS, RUNNERS | VOTERS, empty=409),
    form("agenda-take-off", "item_open", RUNNERS, RUNNERS | VOTERS, get=302),
    form("agenda-start", "item", RUNNERS, RUNNERS | VOTERS, get=302),
    form("agenda-start", "item_open", RUNNERS, RUNNERS | VOTERS, empty=409),
    form("agenda-end", "item_open", RUNNERS, RUNNERS | VOTERS),
    # The first day
    person("setup", {200: ADMINISTRATOR}),
    person("setup-organisation", {200: ADMINISTRATOR}, {200: ADMINISTRATOR}),
    person("setup-mail", {405: ADMINISTRATOR}, {302: ADMINISTRATOR}),
    person("setup-close", {405: ADMINISTRATOR}, {302: ADMINISTRATOR}),
    # One's own account
    Row("accounts:profile", (), {200: EVERYBODY}, {200: EVERYBODY}),
    Row("accounts:expertise-add", (), {200: EVERYBODY}, {200: EVERYBODY}),
    Row("accounts:absence-add", (), {200: EVERYBODY}, {200: EVERYBODY}),
    Row("accounts:expertise-withdraw", ("domain", "cyber"), {}, {302: MEMBER}),
    Row("accounts:absence-cancel", ("absence",), {}, {302: MEMBER}),
    Row("accounts:no-email-page", (), {302: EVERYBODY}, {302: EVERYBODY}),
]
# Pages for probes, which sign in nowhere: the same for everybody. No worker runs behind a test.
PROBED = {"health-live": 200, "health-web": 200, "health-ready": 503}
# Pages open without signing in, and those that the sign-in library brings: status of GET for somebody not signed
# in, and for everybody who is.
BORROWED = {
    "accounts:invitation-open": (302, 302),
    "accounts:invitation": (410, 410),
    "accounts:ask-for-new-password": (200, 200),
    "account_login": (200, 302),
    "account_logout": (302, 200),
    "account_inactive": (200, 200),
    "account_signup": (200, 302),
    "account_reauthenticate": (302, 200),
    "account_email": (302, 302),
    "account_email_verification_sent": (200, 200),
    "account_change_password": (302, 200),
    "account_set_password": (302, 302),
    "account_reset_password": (200, 200),
    "account_confirm_login_code": (302, 302),
    "account_confirm_email": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_done": (200, 200),
    "mfa_index": (302, 200),
    "mfa_authenticate": (302, 302),
    "mfa_reauthenticate": (302, 302),
    "mfa_activate_totp": (302, 302),
    "mfa_deactivate_totp": (302, 404),
    "mfa_view_recovery_codes": (302, 404),
    "mfa_generate_recovery_codes": (302, 302),
    "mfa_download_recovery_codes": (302, 404),
}
BORROWED_ARGS = {
    "accounts:invitation-open": ("some-token",),
    "account_confirm_email": ("some-key",),
    "account_reset_password_from_key": ("1", "some-key"),
}


@pytest.fixture(scope="module")
def world(database_template: databases.Template, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Everybody and everything, made once; every question to it is undone."""
    with django_db_blocker.unblock(), databases.fresh(database_template):
        yield build()


def names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """The full name of every address below a resolver."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            assert isinstance(pattern, URLPattern)
            yield f"{prefix}{pattern.name}"


def test_every_address_has_a_row() -> None:
    asked = {row.name for row in ROWS} | set(BORROWED) | set(PROBED) | {"metrics"}
    assert set(names(get_resolver())) - asked == set()
    assert asked - set(names(get_resolver())) == set()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join([row.name.partition(":")[2], *row.args]))
def test_row_of_the_role_matrix(world: World, row: Row) -> None:
    path, missing = row.path(world), row.path(world, missing=True)
    wrong = []
    for actor in ACTORS:
        # Where nothing is sent, one of each kind of person is enough to see that nothing can be.
        for method in ("GET", "POST") if row.post is not None or actor in SENDERS else ("GET",):
            answer, wanted = world.ask(actor, method, path), row.expected(method, actor)
            if answer.status_code != wanted:
                wrong.append(f"{method} as {actor}: {answer.status_code}, not {wanted}")
            if answer.status_code == 404 and plain(answer) != world.nothing(actor, missing):
                wrong.append(f"{method} as {actor}: this 404 differs from that of something that is not there")
            if actor in OUTSIDE and not answer.headers["Location"].startswith("/accounts/login/"):
                wrong.append(f"{method} as {actor}: sent to {answer.headers['Location']}")
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("name", BORROWED)
def test_page_of_the_sign_in_library(world: World, name: str) -> None:
    path = reverse(name, args=BORROWED_ARGS.get(name, ()))
    nobody, everybody = BORROWED[name]
    expected = {actor: nobody if actor in OUTSIDE else everybody for actor in ("anonymous", "stranger", "deactivated")}
    assert {actor: world.ask(actor, "GET", path).status_code for actor in expected} == expected


@pytest.mark.parametrize("name", PROBED)
def test_page_for_probes(world: World, name: str) -> None:
    answers = {world.ask(actor, "GET", reverse(name)).content for actor in ACTORS}
    statuses = {world.ask(actor, "GET", reverse(name)).status_code for actor in ACTORS}
    sent = {world.ask(actor, "POST", reverse(name)).status_code for actor in SENDERS}
    assert (len(answers), statuses, sent) == (1, {PROBED[name]}, {405})


def test_metrics_are_not_there_for_anybody_who_is_signed_in_or_not(world: World) -> None:
    assert {world.ask(actor, "GET", reverse("metrics")).status_code for actor in ACTORS} == {404}
