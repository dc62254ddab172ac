"""What is to be released: the list, adding files and references, taking them out, and the one door for bytes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.access import submission as access
from reviews.access.twin import can
from reviews.actions import artifact as actions
from reviews.forms.artifact import FileForm, ReferenceForm
from reviews.models import Artifact, Decision, Submission
from reviews.queries import overview
from reviews.queries.comment import About
from reviews.queries.submission import get_visible, policy_of
from reviews.rules import questionnaire
from reviews.rules.states import PartKind
from reviews.rules.visibility import Level
from reviews.views import comment, upload
from reviews.views.base import ActionView, CasePage, CaseView
from reviews.views.components import Button, Empty, shown


class List(CasePage):
    """The files and references of a revision."""

    template_name = "reviews/artifact/list.html"
    level = Level.MATERIAL
    tab = "files"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows, and for authors of an open revision the ways to add more."""
        context = super().get_context_data(**kwargs)
        revision = self.facts.revision
        may_edit = can(access.check_can_edit, self.user, self.submission)
        reference = self.submission.reference
        add = Button(
            _("Add a file"), reverse("reviews:artifact-add-file", args=[reference]), kind="primary", icon="plus-lg",
            shown=may_edit,
        )  # fmt: skip
        refer = Button(
            _("Add a reference"), reverse("reviews:artifact-add-reference", args=[reference]), shown=may_edit
        )
        text = _("Upload the paper, the model card, code; add weights that are too large as a reference.")
        rows = overview.artifacts(revision)
        found = comment.places(self.submission, self.user, [About(artifact=row.public_id) for row in rows])
        context.update(
            revision=revision,
            artifacts=rows,
            discussed=found,
            may_edit=may_edit,
            buttons=shown((refer, add)),
            empty=Empty(_("Nothing has been added yet."), text if may_edit else ""),
        )
        return context


class Add(ActionView):
    """What adding a file and adding a reference have in common."""

    level = Level.MATERIAL
    tab = "files"

    def check(self) -> None:
        """Authors, while the revision is open."""
        access.check_can_edit(self.user, self.submission)

    def back_url(self) -> str:
        """The list."""
        return reverse("reviews:artifact-list", args=[self.submission.reference])

    def get_form_kwargs(self) -> dict[str, Any]:
        """The parts that the answers name."""
        revision = self.submission.revision
        assert revision is not None
        pack = policy_of(revision, self.submission).pack
        return {**super().get_form_kwargs(), "parts": questionnaire.parts(pack, revision.response.answers)}


class AddFile(Add):
    """An upload. Its digest is known when the last byte is here."""

    form_class: type[forms.Form] = FileForm
    heading = gettext_lazy("Add a file")
    submit_label = gettext_lazy("Add the file")
    done_text = gettext_lazy("The file is here, and its digest is computed.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Which files were not taken in."""
        return {**super().get_form_kwargs(), "refused": upload.refused_fields(self.request)}

    def act(self, form: forms.Form) -> object:
        """Keep the bytes, then name them."""
        sent: upload.DigestedFile = form.cleaned_data["file"]
        with upload.taken(sent) as blob:
            return actions.add_file(
                submission=self.submission,
                part=PartKind(form.cleaned_data["part"]),
                name=str(sent.name),
                blob=blob,
                claimed_sha256=form.cleaned_data["sha256"],
                by=self.user,
                now=self.now,
            )


class AddReference(Add):
    """Something that stays where it is."""

    form_class: type[forms.Form] = ReferenceForm
    heading = gettext_lazy("Add a reference")
    lead = gettext_lazy(
        "For what is too large to upload, such as weights. The digest binds the decision to exactly these bytes."
    )
    submit_label = gettext_lazy("Add the reference")
    done_text = gettext_lazy("The reference is added.")

    def act(self, form: forms.Form) -> object:
        """Add it."""
        given = form.cleaned_data
        return actions.add_reference(
            submission=self.submission,
            part=PartKind(given["part"]),
            name=given["name"],
            location=given["location"],
            size_bytes=given["size_bytes"],
            sha256=given["sha256"],
            by=self.user,
            now=self.now,
        )


class OfArtifact(CaseView):
    """A page of one artifact; of a draft, only its authors see it."""

    level = Level.MATERIAL
    tab = "files"
    artifact: Artifact

    def find(self) -> Submission | None:
        """The artifact's case, where this person sees its material."""
        rows = Artifact.objects.select_related("revision__submission")
        found = rows.filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            return None
        self.artifact = found
        return get_visible(self.user, found.revision.submission.reference, self.level)

    def check(self) -> None:
        """Somebody else's draft is as if it were not there."""
        if not self.artifact.revision.is_frozen and not self.sight.as_author:
            raise Http404


class Download(OfArtifact):
    """The bytes, as an attachment."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Files of a decision are digested anew before they leave."""
        row = self.artifact
        if row.is_external:
            raise Http404
        decided = Decision.objects.filter(revision=row.revision, sent_back_at=None).exists()
        return upload.serve(request, blob=row.blob, name=row.name, sha256=row.sha256, checked=decided)


class Remove(OfArtifact, ActionView):
    """Taking an artifact out of a draft."""

    heading = gettext_lazy("Remove from this revision")
    submit_label = gettext_lazy("Remove it")
    submit_css = "btn-danger"
    done_text = gettext_lazy("Removed.")

    def check(self) -> None:
        """Authors, while the revision is open."""
        super().check()
        access.check_can_edit(self.user, self.submission)
        if self.artifact.revision_id != self.submission.revision_id:
            raise Http404

    def back_url(self) -> str:
        """The list."""
        return reverse("reviews:artifact-list", args=[self.submission.reference])

    def about(self) -> str:
        """Which artifact."""
        return self.artifact.name

    def act(self, form: forms.Form) -> object:
        """Remove it."""
        return actions.remove(artifact=self.artifact, by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which one."""
        text = _("“%(name)s” leaves this revision. Earlier revisions keep it.") % {"name": self.artifact.name}
        return {**super().get_context_data(**kwargs), "page_lead": text}
