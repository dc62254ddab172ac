"""The discussion of a case: reading it, writing to an audience, replying, taking one's own message back.

The board's page shows the same discussion below its motion (``on_page``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from accounts.models import User
from reviews.access import comment as access
from reviews.access.submission import sight as sight_of
from reviews.access.twin import can
from reviews.actions import comment as actions
from reviews.forms.comment import ReplyForm, WriteForm
from reviews.models import Comment, Submission
from reviews.queries import comment as queries
from reviews.queries.comment import About, Thread
from reviews.queries.submission import get_visible
from reviews.rules import audience as rules
from reviews.rules.states import Audience
from reviews.rules.visibility import Level, Sight
from reviews.views import formats, wording
from reviews.views.base import ActionView
from reviews.views.components import Empty
from reviews.views.deliberation import answer_choices


@dataclass(frozen=True)
class Reach:
    """Who reads one audience now, in words; ``names`` are those that the reader may know."""

    audience: str
    label: str
    words: str
    names: str = ""

    @property
    def choice(self) -> tuple[str, str]:
        """As a radio button says it."""
        return self.audience, f"{self.label} - {self.words}"


@dataclass(frozen=True)
class Row:
    """A thread, and what this person may do in it: reply, and take back which of its messages."""

    thread: Thread
    about_url: str
    may_reply: bool
    own: frozenset[str]


class Discussing:
    """Everything that a page about the discussion of one case asks, for one reader; each part once."""

    def __init__(self, submission: Submission, user: User) -> None:
        self.submission, self.user = submission, user

    @cached_property
    def sight(self) -> Sight:
        """How far they see."""
        return sight_of(self.user, self.submission)

    @cached_property
    def people(self) -> access.Readers:
        """Who reads what."""
        return access.readers(self.submission)

    @cached_property
    def audiences(self) -> tuple[Audience, ...]:
        """To whom they begin to write while the case is open, the narrowest first."""
        return rules.ordered(rules.startable(self.sight))

    @property
    def may_start(self) -> bool:
        """Whether they begin a thread now."""
        return can(access.check_can_start, self.user, self.submission)

    def reach(self, to: Audience) -> Reach:
        """Who reads that. Authors learn how many of themselves there are, and nothing of how many the board is."""
        label, people = wording.of(wording.AUDIENCES, to), self.people[to]
        authors = access.authors(self.submission) if to is Audience.AUTHORS else ()
        if self.sight.as_author:
            others = len(authors) - 1
            words = _("You and the board can read this.")
            if others > 0:
                words = ngettext(
                    "You, %(n)d other author and the board can read this.",
                    "You, %(n)d other authors and the board can read this.",
                    others,
                ) % {"n": others}
            return Reach(to, label, words)
        words = ngettext("%(n)d person can read this.", "%(n)d people can read this.", len(people)) % {"n": len(people)}
        if to is Audience.AUTHORS:
            words = ngettext(
                "%(n)d people can read this, %(authors)d author among them.",
                "%(n)d people can read this, %(authors)d authors among them.",
                len(authors),
            ) % {"n": len(people), "authors": len(authors)}
        return Reach(to, label, words, ", ".join(str(person) for person in people))

    def mentionable(self, to: Audience | None = None) -> list[tuple[str, str]]:
        """Whom they can mention: of those who read that audience, or any that they belong to."""
        found = queries.mentionable(self.submission, self.user, self.sight, self.people)
        inside = {person.pk for person in self.people[to]} if to is not None else None
        return [(one.public_id, str(one)) for one in found if inside is None or one.pk in inside]

    def about_choices(self) -> list[tuple[str, Any]]:
        """What a thread can be about: each file and each answer of the revision before the board."""
        revision = queries.revision_discussed(self.submission)
        files = [(About(artifact=row.public_id).key, row.name) for row in queries.artifacts(revision)]
        pages = answer_choices(revision.policy.pack, revision)
        answers = [(title, [(About(question=key).key, text) for key, text in own]) for title, own in pages]
        return [*([(_("Files"), files)] if files else []), *answers]

    def rows(self, about: About | None = None) -> list[Row]:
        """The threads that they read."""
        found = queries.threads(self.submission, self.user, self.sight, about)
        return [self.row(thread) for thread in found]

    def row(self, thread: Thread) -> Row:
        """One thread with what they may do."""
        is_open = rules.is_open(self.state)
        may_reply = is_open and thread.head.audience in rules.repliable(self.sight)
        own = frozenset(one.public_id for one in thread.messages if is_open and one.is_own and one.withdrawn_at is None)
        return Row(thread, self.about_url(thread.about), may_reply, own)

    @property
    def state(self) -> Any:
        """Where the case stands."""
        return self.submission.state

    def about_url(self, about: About) -> str:
        """Where the thing that a thread is about stands."""
        reference = self.submission.reference
        if about.question:
            return f"{reverse('reviews:questionnaire-overview', args=[reference])}#q-{about.question}"
        return reverse("reviews:artifact-list", args=[reference]) if about.artifact else ""

    def form_options(self) -> dict[str, Any]:
        """What the form that begins a thread offers; nothing to those who begin none."""
        if not self.audiences:
            return {}
        return {
            "audiences": [self.reach(to).choice for to in self.audiences],
            "about": self.about_choices(),
            "people": self.mentionable(),
        }

    def empty(self) -> Empty:
        """What belongs here, and who will read it."""
        if self.sight.as_author:
            text = _("When the board writes to you it stands here, and you can reply. You and the board read it.")
        elif self.sight.board:
            text = _("Here the board talks about the case: alone, with its reviewers, or with the authors as well.")
        else:
            text = _("Here reviewers who have filed and the board talk about the case. Authors read nothing of it.")
        return Empty(_("Nothing has been written yet."), text)


def link(submission: Submission, about: About) -> str:
    """The discussion of one thing of a case."""
    base = reverse("reviews:comment-list", args=[submission.reference])
    return f"{base}?{urlencode({'about': about.key})}"


def places(submission: Submission, user: User, about: Iterable[About]) -> dict[str, tuple[str, str]]:
    """For each of these things where its discussion stands, with how many messages there are in words.

    Where there is none yet: how those begin one who may; by the key of the question or of the artifact.
    """
    numbers = queries.counts(submission, sight_of(user, submission))
    may_start = can(access.check_can_start, user, submission)
    found = {}
    for one in about:
        number, name = numbers.get(one.key, 0), one.question or one.artifact
        words = ngettext("%(n)d message", "%(n)d messages", number) % {"n": number}
        if number:
            found[name] = (link(submission, one), words)
        elif may_start:
            found[name] = (f"{link(submission, one)}#write", _("Discuss it"))
    return found


def on_page(submission: Submission, user: User) -> dict[str, Any]:
    """The discussion as the board's page shows it, with the form that begins a thread."""
    here = Discussing(submission, user)
    form = WriteForm(**here.form_options()) if here.may_start else None
    return {
        "rows": here.rows(),
        "form": form,
        "empty": here.empty(),
        "reach": [here.reach(to) for to in here.audiences],
    }


class _OfDiscussion(ActionView):
    """A page about the discussion."""

    level = Level.MATERIAL
    tab = "discussion"

    def back_url(self) -> str:
        """The discussion."""
        return reverse("reviews:comment-list", args=[self.submission.reference])

    @cached_property
    def here(self) -> Discussing:
        """The discussion as this person has it."""
        return Discussing(self.submission, self.user)

    def mentioned(self, form: forms.Form) -> list[User]:
        """The people who were chosen."""
        return list(User.objects.filter(public_id__in=form.cleaned_data.get("mentions", ())))


class Discussion(_OfDiscussion):
    """Every thread that this person reads, of the case or of one thing in it; below, the form that begins another."""

    template_name = "reviews/comment/discussion.html"
    form_class: type[forms.Form] = WriteForm
    submit_label = _l("Send")
    done_text = _l("Sent.")
    written: Comment

    def check(self) -> None:
        """Whoever belongs to an audience reads; who may begin a thread sends."""
        if self.request.method == "POST":
            access.check_can_start(self.user, self.submission)
        else:
            access.check_can_discuss(self.sight)

    def back_url(self) -> str:
        """The case where this page is not open; else the discussion."""
        return super().back_url() if rules.readable(self.sight) else self.submission.get_absolute_url()

    @property
    def thing(self) -> About | None:
        """The one thing of the case that the address names."""
        found = About.of(self.request.GET.get("about", ""))
        return found if found.key else None

    def get_form_kwargs(self) -> dict[str, Any]:
        """To whom, about what, and whom one can mention; what was typed too late is kept as well."""
        may = self.here.may_start or self.request.method == "POST"
        return {**super().get_form_kwargs(), **(self.here.form_options() if may else {})}

    def get_initial(self) -> dict[str, Any]:
        """What the address names."""
        return {"about": self.thing.key if self.thing is not None else ""}

    def act(self, form: forms.Form) -> Comment:
        """Send it."""
        given = form.cleaned_data
        self.written = actions.write(
            submission=self.submission, text=given["text"], audience=given["audience"], about=About.of(given["about"]),
            mentions=self.mentioned(form), by=self.user, now=self.now,
        )  # fmt: skip
        return self.written

    def get_success_url(self) -> str:
        """The message, on the page from which it was sent."""
        if self.request.POST.get("at") == "board" and self.sight.board:
            board = reverse("reviews:motion-list", args=[self.submission.reference])
            return f"{board}#m-{self.written.public_id}"
        return self.written.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The threads and the form."""
        context = super().get_context_data(**kwargs)
        thing = self.thing
        context.update(
            rows=self.here.rows(thing),
            about=thing,
            about_words=queries.words_of(self.submission, thing) if thing is not None else "",
            about_url=self.here.about_url(thing) if thing is not None else "",
            all_url=super().back_url(),
            may_write=self.here.may_start or self.request.method == "POST",
            reach=[self.here.reach(to) for to in self.here.audiences],
            is_over=not rules.is_open(self.here.state),
            empty=self.here.empty(),
        )
        return context


class _OfMessage(_OfDiscussion):
    """A page about one message, which is there for whoever reads it."""

    comment: Comment

    def find(self) -> Submission | None:
        """The case of the message."""
        row = queries.by_public_id(self.kwargs["public_id"], self.user)
        if row is None:
            return None
        self.comment = row
        return get_visible(self.user, row.submission.reference, self.level)

    def about(self) -> str:
        """When it was written, which tells it from the others of a case."""
        zone = timezone.get_current_timezone()
        return formats.moment(self.comment.written_at, zone=zone, now=self.now, year=True)

    @property
    def thread(self) -> Row:
        """The thread in which it stands."""
        return self.here.row(queries.thread_of(self.comment, self.user, self.sight))


class Reply(_OfMessage):
    """Reply in a thread: about the same thing, for the same people."""

    template_name = "reviews/comment/reply.html"
    form_class = ReplyForm
    heading = _l("Reply")
    submit_label = _l("Send the reply")
    done_text = _l("Sent.")
    written: Comment

    def check(self) -> None:
        """Whoever may write to this audience."""
        access.check_can_reply(self.user, self.submission, self.comment)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Whom one can mention."""
        return {**super().get_form_kwargs(), "people": self.here.mentionable(Audience(self.comment.audience))}

    def act(self, form: forms.Form) -> Comment:
        """Send it."""
        self.written = actions.reply(
            comment=self.comment, text=form.cleaned_data["text"], mentions=self.mentioned(form), by=self.user,
            now=self.now,
        )  # fmt: skip
        return self.written

    def get_success_url(self) -> str:
        """The reply."""
        return self.written.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The thread above the form, and who reads the reply."""
        reach = self.here.reach(Audience(self.comment.audience))
        return {**super().get_context_data(**kwargs), "row": self.thread, "reach": reach}


class Withdraw(_OfMessage):
    """Take one's own message back."""

    template_name = "reviews/comment/withdraw.html"
    heading = _l("Take the message back")
    lead = _l(
        "Nobody can read its text any more; a line says that you took it back. Who has read it has read it, and the "
        "record keeps proof of what it said."
    )
    submit_label = _l("Take it back")
    submit_css = "btn-danger"
    done_text = _l("The message is taken back.")

    def check(self) -> None:
        """Its writer."""
        access.check_can_withdraw(self.user, self.submission, self.comment)

    def act(self, form: forms.Form) -> object:
        """Take it back."""
        return actions.withdraw(comment=self.comment, by=self.user, now=self.now)

    def get_success_url(self) -> str:
        """Where it stood."""
        return self.comment.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The text."""
        return {**super().get_context_data(**kwargs), "comment": self.comment}
