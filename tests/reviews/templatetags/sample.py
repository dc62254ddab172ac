"""One of everything that pages are made of, for tests and for looking at."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django import forms
from django.core.paginator import Paginator

from reviews.forms.layout import PlainForm, Question, helper
from reviews.views.components import (
    Button,
    Check,
    Crumb,
    Docket,
    DocketFact,
    Due,
    Empty,
    Entry,
    Fact,
    Next,
    Step,
    Tab,
    WorkItem,
)

NOW = datetime(2026, 11, 23, 8, 40, tzinfo=UTC)
LATE = Due.of(datetime(2026, 11, 20, 16, tzinfo=UTC), NOW, 1)
SOON = Due.of(datetime(2026, 11, 25, 16, tzinfo=UTC), NOW, 2)
DIGEST = "sha256:41c0b8e27a5d9f3c41c0b8e27a5d9f3c41c0b8e27a5d9f3c9be2d07714f69be2"
LEVELS = [
    (0, "None - the topic is present but the work gives no help towards harm"),
    (1, "Marginal - generic background; a search engine or textbook does as well"),
    (2, "Some - a useful component, or it speeds up someone already competent"),
    (3, "Substantial - lets a low-skill person do it, or clearly strengthens an expert"),
    (4, "Transformative - does the harmful task end to end, or makes a new class of harm possible"),
]
AREAS = [("cyber", "Cyber offence"), ("fraud", "Fraud and impersonation"), ("bias", "Bias and discrimination")]


class Questions(PlainForm):
    """A question of every look."""

    areas = forms.MultipleChoiceField(
        label="In which areas could someone be harmed through this work?",
        help_text="Choose an area when a thoughtful critic would name it.",
        choices=AREAS,
        widget=forms.CheckboxSelectMultiple,
    )
    level = forms.ChoiceField(
        label="How far does the work help someone pass as another person?",
        help_text="For voice cloning state how many seconds of sample are needed.",
        choices=LEVELS,
        widget=forms.RadioSelect,
    )
    ease = forms.ChoiceField(
        label="How far does the work help someone pass as another person?",
        help_text="For voice cloning state how many seconds of sample are needed.",
        choices=LEVELS,
        widget=forms.RadioSelect,
    )
    tripwire = forms.ChoiceField(
        label="Could the work give serious help towards mass harm?",
        choices=[("no", "No"), ("unsure", "Not sure"), ("yes", "Yes")],
        widget=forms.RadioSelect,
    )
    rating = forms.ChoiceField(
        label="Likelihood", choices=[(str(n), str(n)) for n in range(5)], widget=forms.RadioSelect
    )
    summary = forms.CharField(
        label="What does the work do?", help_text="Without hazardous detail.", widget=forms.Textarea(attrs={"rows": 4})
    )
    rung = forms.ChoiceField(label="What do you want to release?", choices=[("", "Choose one"), ("api", "Gated API")])
    compute = forms.CharField(
        label="Total training compute in floating point operations", help_text="Add fine-tuning.", required=False
    )
    parameters = forms.CharField(label="Parameters (N)", required=False)
    tokens = forms.CharField(label="Training tokens (D)", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(
            Question(
                "areas", show="picks", number="2.1", more_label="What each area means", more=["Fraud: passing as."]
            ),
            Question("level", show="scale", number="2.2", why="Asked because you chose fraud", foot=["Answered today"]),
            Question("ease", show="rate", number="2.3"),
            Question("tripwire", show="plain", number="3.1"),
            Question("rating", show="segments", number="3.2"),
            Question("summary", show="single", number="1.1"),
            Question("rung", show="single", number="1.2"),
            Question("compute", show="compute", number="1.3", helpers=("parameters", "tokens")),
        )


class Plain(PlainForm):
    """What crispy prints by itself."""

    title = forms.CharField(label="Title", help_text="As it will be published.")
    venue = forms.CharField(label="Venue (optional)", required=False)
    planned = forms.DateField(label="Planned date", help_text="For example 7 December 2026.")
    weights = forms.FileField(label="File", required=False)
    committee = forms.ChoiceField(label="Committee", choices=[("a", "Research Release Board")])
    vote = forms.ChoiceField(label="Vote", choices=[("for", "For"), ("against", "Against")], widget=forms.RadioSelect)
    attest = forms.BooleanField(label="I attest that this is complete and true.")


def docket() -> Docket:
    """The head of a case that waits for a late review."""
    return Docket(
        reference="RB-2026-7XKQ2",
        title="An image model with open weights",
        revision="Revision 1",
        kind="Model release",
        unit="Image Group",
        facts=(
            DocketFact("State", "in_review", "since Tue 10 Nov", template="state"),
            DocketFact("Whose turn", "Reviewers", "2 of 3 reviews filed"),
            DocketFact("Due", LATE, "1 review is 1 business day late", template="due"),
            DocketFact("Tier", 3, "residual 68.7 of 100", template="tier", value_label="High"),
            DocketFact("Asks for", "Open weights", "policy ceiling: Gated API"),
            DocketFact("Clock", "12 of 20 business days", share=60),
        ),
        actions=(
            Button("Ask the authors", "/ask", icon="chat-left"),
            Button("Move a date", "/move", kind="quiet", icon="calendar-plus"),
            Button("Never yours", "/never", shown=False),
        ),
        next=Next(
            "one review is late. Nudge its reviewer, or replace them.", button=Button("Nudge", "/n", "post", "primary")
        ),
        tabs=(
            Tab("Overview", "/o", current=True),
            Tab("Reviews", "/r", count="2 of 3"),
            Tab("Assessment", "/a", locked="opens when you file"),
        ),
    )


def context() -> dict[str, Any]:
    """Everything a page can hold, with data in it."""
    wrong = Questions({"areas": ["fraud"], "level": "2", "compute": "1e23"})
    return {
        "now": NOW,
        "docket": docket(),
        "crumbs": (Crumb("Submissions", "/submissions/"), Crumb("RB-2026-7XKQ2")),
        "due": SOON,
        "late": LATE,
        "when": datetime(2025, 11, 19, 18, 44, tzinfo=UTC),
        "on": date(2027, 2, 26),
        "digest": DIGEST,
        "minus": -0.62,
        "bytes": 4_270_000_000,
        "buttons": (
            Button("File review", "/file", "post", "primary", fields=(("version", "3"),)),
            Button("Save draft", "/save"),
            Button("Back", "/back", kind="quiet"),
            Button("Halt release", "/halt", kind="danger", icon="stop-circle"),
            Button("Open stage 4", disabled=True, reason="Four gate items are open, and the release is halted."),
        ),
        "facts": (
            Fact("Ceiling", "Gated API or vetted access", "Open weights needs two thirds of the board."),
            Fact("Reviews due", "Fri 20 Nov, 17:00 CET", late=True),
            Fact("Policy", "2026.11", url="/policy"),
        ),
        "entries": (
            Entry(NOW, "noted that a review is late.", "The clock", late=True),
            Entry(datetime(2026, 11, 19, 17, 44, tzinfo=UTC), "filed a review.", "Reviewer One"),
            Entry(datetime(2026, 11, 10, 9, 20, tzinfo=UTC), "started the review.", "Coordinator One", key=True),
        ),
        "checks": (
            Check("Complete model card", "ok"),
            Check("Legal and export check", "wait", "with the legal officer"),
            Check("Worst-case test of the weights", "no", "authors, by Fri 27 Nov", url="/evidence"),
            Check("Misuse scenarios"),
        ),
        "steps": (Step("Draft", "done"), Step("Submitted", "done"), Step("In review", "now"), Step("Decided")),
        "work": (
            WorkItem(
                "File your review",
                "/r",
                "An image model",
                "RB-2026-7XKQ2",
                3,
                LATE,
                button=Button("Continue", "/r", small=True),
            ),
            WorkItem("Check the report", "/m", "A language model", "RB-2026-K7Q4X", 2, SOON, badge="Release halted"),
        ),
        "page": Paginator(range(120), 50).page(2),
        "empty": Empty(
            "Nothing is waiting for you.", "The next vote comes next week.", Button("See all cases", "/all")
        ),
        "form": wrong,
        "plain": Plain({"title": ""}),
        "waiting": Next("Two members have not voted; the ballot closes on Wednesday.", waiting=True),
    }


PAGE = Path(__file__).with_name("sample.html").read_text(encoding="utf-8")
