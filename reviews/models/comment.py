"""Messages about a case, each for one audience, and whom they mention.

Which audience a person belongs to is ``rules/audience.py``; ``visible_to`` is the same rule as a row filter.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import User
from reviews.models._shape import choices, one_of, public_id_field
from reviews.models.committee import Committee
from reviews.models.submission import Artifact, Revision, Submission
from reviews.rules.states import Audience


class CommentQuerySet(models.QuerySet["Comment"]):
    """Row filters of messages."""

    def visible_to(self, user: User) -> CommentQuerySet:
        """The messages that this person reads; the SQL twin of ``access.comment.can_read``.

        What one committee wrote among itself does not go on with the case to another one.
        """
        cases = Submission.objects.all()
        board, peers = cases.deliberated_by(user).values("pk"), cases.shared_with(user).values("pk")
        here = Q(committee=F("submission__committee"))
        inside = Q(submission__in=board, audience=Audience.BOARD) | Q(submission__in=peers, audience=Audience.REVIEWERS)
        for_authors = Q(submission__in=peers) | Q(submission__in=cases.written_by(user).values("pk"))
        return self.filter((here & inside) | (Q(audience=Audience.AUTHORS) & for_authors))


class Comment(models.Model):
    """One message. Its text and audience never change; its writer may take it back, and then nobody reads the text.

    ``question_key`` or ``artifact`` is what its thread is about; neither: the case as a whole. ``reply_to`` is the
    first message of its thread. ``revision`` is the one that the board had before it at that moment. ``by_author``:
    written from the authors' side, whatever its writer became afterwards.
    """

    public_id = public_id_field()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="comments")
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="comments")
    question_key = models.CharField(max_length=64, blank=True)
    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, null=True, related_name="comments")
    reply_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replies")
    audience = models.CharField(max_length=16, choices=choices(Audience))
    by_author = models.BooleanField(default=False)
    text = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("audience", Audience, "comment_audience_known"),
            models.CheckConstraint(condition=~Q(text=""), name="comment_has_text"),
            models.CheckConstraint(condition=Q(question_key="") | Q(artifact=None), name="comment_about_one_thing"),
            models.CheckConstraint(
                condition=Q(by_author=False) | Q(audience=Audience.AUTHORS.value, reply_to__isnull=False),
                name="comment_of_authors_replies",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Message on {self.revision}"

    def get_absolute_url(self) -> str:
        """Its place in the discussion of the case."""
        return f"{reverse('reviews:comment-list', args=[self.submission.reference])}#m-{self.public_id}"

    @property
    def thread(self) -> int:
        """The key of the first message of its thread."""
        return self.reply_to_id or self.pk


class Mention(models.Model):
    """Somebody whom a message names, so that they hear of it. They could read it when it was written."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="mention_once")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.user} in {self.comment}"
