"""What happened to a case, told by the real actions at past moments. Each verb of the files is a method here.

An interrupted load goes on where it stopped: a step is left out when the audit stream of its case has an event of
its moment or a later one, which is written in the same transaction as the step itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from audit import log
from notifications import delivery
from reviews.actions import (
    artifact,
    assessment,
    assignment,
    comment,
    condition,
    conflict,
    decision,
    deliberation,
    evidence,
    motion,
    proof,
    questionnaire,
    release,
    reminder,
    review,
    splitting,
    stand_in,
    submission,
)
from reviews.actions.motion import Proposal, Term
from reviews.actions.submission import Writer
from reviews.demo import cases
from reviews.demo.cases import CaseData
from reviews.demo.clock import StoryClock
from reviews.models import (
    Assignment,
    Comment,
    Committee,
    Condition,
    Decision,
    Evidence,
    Inquiry,
    Motion,
    Review,
    Stage,
    Submission,
)
from reviews.queries.comment import About
from reviews.queries.review import required_evidence
from reviews.queries.submission import manifest_of
from reviews.rules.findings import TEXTS, Findings
from reviews.rules.judgement import Judgement, asked
from reviews.rules.questionnaire import effective
from reviews.rules.states import (
    SEATED_ASSIGNMENT,
    Audience,
    MotionStatus,
    Outcome,
    PartKind,
    Recommendation,
    Sufficiency,
    Vote,
)

Words = Mapping[str, Any]


class Story:
    """One case on its way. ``tell`` goes through its steps and lets the mails of each go out at its moment."""

    def __init__(self, data: CaseData, committee: Committee, people: Mapping[str, User], clock: StoryClock) -> None:
        self.data, self.committee, self.people, self.clock = data, committee, people, clock

    def tell(self) -> None:
        """Everything that has not happened yet, in order."""
        known = Submission.objects.filter(committee=self.committee, label=self.data.label).first()
        last = max((event.at for event in log.events(known.stream)), default=None) if known is not None else None
        for step in self.data.steps:
            now = self.clock.at(step.at)
            if last is not None and now <= last:
                continue
            getattr(self, step.do)(step.words, now)
            delivery.deliver_due(now=now)

    @property
    def case(self) -> Submission:
        """The case as it is now."""
        rows = Submission.objects.select_related("committee__policy", "revision__policy", "created_by")
        return rows.get(committee=self.committee, label=self.data.label)

    @property
    def author(self) -> User:
        """Whoever started the case."""
        return self.people[self.data.author]

    @property
    def coordinator(self) -> User:
        """Whoever runs the committee's cases."""
        return next(user for user in self.people.values() if user.memberships.filter(role="coordinator").exists())

    def start(self, words: Words, now: datetime) -> None:
        """The authors start a draft."""
        submission.start(
            committee=self.committee,
            title=self.data.title,
            label=self.data.label,
            contributors=[self._writer(row) for row in self.data.contributors],
            venue=self.data.venue,
            planned_date=self.clock.later(self.data.planned_in_days),
            by=self.author,
            now=now,
        )

    def _writer(self, row: Mapping[str, str]) -> Writer:
        user = self.people.get(row.get("key", ""))
        if user is not None:
            return Writer(user.display_name, user.email, user.unit)
        return Writer(row["name"], unit=row["unit"])

    def add_artifacts(self, words: Words, now: datetime) -> None:
        """All files and references of the draft; one that is there already stays."""
        known = set(self.case.revision.artifacts.values_list("name", flat=True))  # type: ignore[union-attr]
        for row in self.data.artifacts:
            if row["name"] not in known:
                self.add_artifact(row, now)

    def add_artifact(self, words: Words, now: datetime) -> None:
        """One file, or one reference to something too large to upload."""
        part, name = PartKind(words["part"]), words["name"]
        if "location" in words:
            artifact.add_reference(
                submission=self.case, part=part, name=name, location=words["location"], size_bytes=words["size"],
                sha256=cases.made_up_sha256(words), by=self.author, now=now,
            )  # fmt: skip
            return
        blob = artifact.receive([cases.content(words)])
        artifact.add_file(submission=self.case, part=part, name=name, blob=blob, by=self.author, now=now)

    def remove_artifact(self, words: Words, now: datetime) -> None:
        """Take one out of the open draft."""
        case = self.case
        artifact.remove(artifact=case.revision.artifacts.get(name=words["name"]), by=self.author, now=now)  # type: ignore[union-attr]

    def answer_questions(self, words: Words, now: datetime) -> None:
        """The answers, or some of them anew."""
        case = self.case
        assert case.revision is not None
        questionnaire.save_answers(
            submission=case, answers=words.get("change", self.data.answers), cleared=frozenset(),
            version=case.revision.response.version, by=self.author, now=now,
        )  # fmt: skip

    def prove(self, words: Words, now: datetime) -> None:
        """The authors attach what proves one of their answers."""
        blob = artifact.receive([cases.content(words)])
        question, name = words["question"], words["name"]
        proof.add(submission=self.case, question=question, name=name, blob=blob, by=self.author, now=now)

    def split(self, words: Words, now: datetime) -> None:
        """The authors take one part out into a case of its own, a draft that stays theirs."""
        case, part = self.case, words["part"]
        assert case.revision is not None
        with splitting.copied(case.revision, part) as copies:
            splitting.split(
                submission=case, part=part, suffix=words["suffix"], copies=copies,
                version=case.revision.response.version, by=self.author, now=now,
            )  # fmt: skip

    def submit(self, words: Words, now: datetime) -> None:
        """The author attests and submits."""
        case, name = self.case, self.author.display_name
        assert case.revision is not None
        submission.submit(
            submission=case, attested_name=name, manifest=manifest_of(case.revision, case), version=case.version,
            by=self.author, now=now,
        )  # fmt: skip

    def offer(self, words: Words, now: datetime) -> None:
        """The coordinator offers a seat."""
        case, days = self.case, words["days"]
        assignment.offer(
            submission=case, reviewer=self.people[words["to"]], review_days=days, version=case.version,
            by=self.coordinator, now=now,
        )  # fmt: skip

    def accept(self, words: Words, now: datetime) -> None:
        """A reviewer accepts and states to have no conflict."""
        by = self.people[words["by"]]
        assignment.accept(assignment=self._seat(by), no_conflict=True, by=by, now=now)

    def hand_over(self, words: Words, now: datetime) -> None:
        """A reviewer names a colleague for the seat."""
        by, to = self.people[words["by"]], self.people[words["to"]]
        assignment.hand_over(assignment=self._seat(by), to=to, reason=words["note"], by=by, now=now)

    def _seat(self, reviewer: User) -> Assignment:
        revision = self.case.revision
        return Assignment.objects.get(revision=revision, reviewer=reviewer, status__in=SEATED_ASSIGNMENT)

    def review(self, words: Words, now: datetime) -> None:
        """A reviewer files."""
        by = self.people[words["by"]]
        made = Review.objects.get(assignment=self._seat(by))
        texts = {name: words.get(name, "") for name in TEXTS}
        verdict = {kind: (outcome, rung) for kind, (outcome, rung) in words.get("verdict", {}).items()}
        said = words.get("recommendation", str(Recommendation.JUDGE))
        content = Findings(
            recommendation=said, confidence=words["confidence"], verdict=verdict,
            judgement=self._judgement(words.get("answers", {})), domains=words.get("domains", {}),
            evidence=self._sufficiency(words.get("evidence", {})), **texts,
        )  # fmt: skip
        review.file(review=made, content=content, version=made.version, by=by, now=now)

    def _sufficiency(self, own: Words) -> dict[str, tuple[str, str]]:
        """Whether evidence is enough: what is given by then is, unless the file tells otherwise."""
        revision = self.case.revision
        assert revision is not None
        found = {}
        for row in required_evidence(revision):
            usual = Sufficiency.ENOUGH if row.given_at is not None else Sufficiency.CANNOT_JUDGE
            view, note = own.get(row.type_key, (usual, ""))
            found[row.type_key] = (str(view), note)
        return found

    def _judgement(self, own: Words) -> Judgement:
        """A reviewer's answers: in this story as the authors answered, but for those that its file tells."""
        revision = self.case.revision
        assert revision is not None
        pack, authors = revision.policy.pack, revision.response.answers
        given = effective(pack, authors)
        said = {q.key: given[q.key] for q in asked(pack, authors, Judgement()) if q.key in given}
        return Judgement(answers=said | dict(own))

    def give(self, words: Words, now: datetime) -> None:
        """The authors give evidence."""
        evidence.give(evidence=self._evidence(words), text=words["text"], by=self.author, now=now)

    def waive(self, words: Words, now: datetime) -> None:
        """The coordinator does without a type of evidence."""
        evidence.waive(evidence=self._evidence(words), reason=words["reason"], by=self.coordinator, now=now)

    def _evidence(self, words: Words) -> Evidence:
        return Evidence.objects.get(revision=self.case.revision, type_key=words["type"])

    def ask(self, words: Words, now: datetime) -> None:
        """The coordinator asks the authors."""
        deliberation.ask(submission=self.case, text=words["text"], by=self.coordinator, now=now)

    def answer(self, words: Words, now: datetime) -> None:
        """The authors answer the open question."""
        inquiry = Inquiry.objects.get(revision=self.case.revision, answered_at=None)
        deliberation.answer(inquiry=inquiry, text=words["text"], by=self.author, now=now)

    def message(self, words: Words, now: datetime) -> None:
        """Somebody of the board writes to an audience, about the case, one answer or one file."""
        file = words.get("file")
        artifacts = self.case.revision.artifacts  # type: ignore[union-attr]
        about = About(words.get("answer", ""), artifacts.get(name=file).public_id if file else "")
        mentioned = [self.people[key] for key in words.get("mention", ())]
        comment.write(
            submission=self.case, text=words["text"], audience=words["to"], about=about, mentions=mentioned,
            by=self.people[words["by"]], now=now,
        )  # fmt: skip

    def reply(self, words: Words, now: datetime) -> None:
        """The authors reply to what was written to them last."""
        last = Comment.objects.filter(submission=self.case, audience=Audience.AUTHORS).latest("pk")
        comment.reply(comment=last, text=words["text"], by=self.author, now=now)

    def return_case(self, words: Words, now: datetime) -> None:
        """The coordinator returns the case to its authors."""
        case, reason = self.case, words["reason"]
        submission.return_to_authors(submission=case, reason=reason, version=case.version, by=self.coordinator, now=now)

    def propose_tier(self, words: Words, now: datetime) -> None:
        """The chair proposes another tier; a second person has not looked yet."""
        case = self.case
        assessment.propose_tier(
            submission=case, tier=words["tier"], reason=words["reason"], version=case.version,
            by=self.people[words["by"]], now=now,
        )  # fmt: skip

    def stand_in(self, words: Words, now: datetime) -> None:
        """Chair or deputy appoint somebody for this case alone."""
        stand_in.appoint(
            submission=self.case, person=self.people[words["person"]], role=words["role"], reason=words["reason"],
            by=self.people[words["by"]], now=now,
        )  # fmt: skip

    def conflict(self, words: Words, now: datetime) -> None:
        """Somebody steps aside."""
        by = self.people[words["by"]]
        conflict.declare(submission=self.case, type_key=words["type"], note=words["note"], by=by, now=now)

    def put(self, words: Words, now: datetime) -> None:
        """A member puts a motion."""
        case = self.case
        motion.put(
            submission=case,
            proposals=[
                Proposal(PartKind(kind), Outcome(said["outcome"]), said.get("rung", ""), said.get("first_rung", ""))
                for kind, said in words["parts"].items()
            ],
            conditions=[self._term(row, now) for row in words.get("conditions", ())],
            rationale=words["rationale"],
            override_reason=words.get("override_reason", ""),
            version=case.version,
            by=self.people[words["by"]],
            now=now,
        )

    def _term(self, row: Words, now: datetime) -> Term:
        part, _colon, rung = row.get("before", "").partition(":")
        owner = self.people[row["owner"]] if "owner" in row else None
        return Term(row["text"], self._due_date(now, row["in_days"]), owner, part, rung, row.get("evidence", ""))

    def _due_date(self, now: datetime, days: int) -> Any:
        return StoryClock(self.clock.calendar, now).later(days)

    def vote(self, words: Words, now: datetime) -> None:
        """A member votes on the open motion."""
        motion.cast(
            motion=self._motion(), vote=Vote(words["vote"]), reason=words.get("reason", ""),
            is_dissent=words.get("dissent", False), by=self.people[words["by"]], now=now,
        )  # fmt: skip

    def finalise(self, words: Words, now: datetime) -> None:
        """The chair closes the ballot."""
        decision.finalise(motion=self._motion(), version=self.case.version, by=self.people[words["by"]], now=now)

    def _motion(self) -> Motion:
        return Motion.objects.get(revision=self.case.revision, status=MotionStatus.OPEN)

    def sign(self, words: Words, now: datetime) -> None:
        """Somebody signs their seat."""
        by, version = self.people[words["by"]], self.case.version
        decision.sign(decision=self._decision(), seat=words["seat"], version=version, by=by, now=now)

    def _decision(self) -> Decision:
        return Decision.objects.get(revision=self.case.revision, sent_back_at=None)

    def open_stage(self, words: Words, now: datetime) -> None:
        """The coordinator opens the next stage of a part."""
        stages = Stage.objects.filter(plan__decision=self._decision(), plan__part=words["part"], opened_at=None)
        release.open_stage(stage=stages.order_by("order")[0], again_confirmed=True, by=self.coordinator, now=now)

    def _condition(self, words: Words) -> Condition:
        return Condition.objects.get(decision=self._decision(), order=words["condition"])

    def prove_condition(self, words: Words, now: datetime) -> None:
        """The authors show that a condition is met."""
        row = self._condition(words)
        condition.prove(condition=row, text=words["text"], version=row.proofs.count(), by=self.author, now=now)

    def answer_proof(self, words: Words, now: datetime) -> None:
        """The coordinator looks at the proof, and says what is missing or that it is enough."""
        proof = self._condition(words).proofs.get(answered_at=None)
        if "missing" in words:
            condition.refuse(proof=proof, reason=words["missing"], by=self.coordinator, now=now)
        else:
            condition.accept(proof=proof, by=self.coordinator, now=now)

    def remind(self, words: Words, now: datetime) -> None:
        """The scan of that day; it writes no event and may run again."""
        reminder.enqueue_due(submission=self.case, now=now)
