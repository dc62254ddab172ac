"""Where a case leaves the board before it is decided: returned by the coordinator, or withdrawn by its authors."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.access import submission as access
from reviews.actions import submission as actions
from reviews.forms import submission as shapes
from reviews.rules.errors import NotNow
from reviews.rules.states import ROUND_OPEN
from reviews.views.base import ActionView


class Return(ActionView):
    """The coordinator returns a case before deliberation."""

    form_class = shapes.ReturnForm
    tab = "overview"
    heading = gettext_lazy("Return to the authors")
    lead = gettext_lazy(
        "The authors get a new revision with everything of this one in it. Reviewers keep what they wrote about this "
        "revision, and are asked again when the next one comes. A question alone needs no return: ask it instead."
    )
    submit_label = gettext_lazy("Return the case")
    done_text = gettext_lazy("Returned. The authors were told.")

    def check(self) -> None:
        """The coordinator."""
        access.check_can_return(self.user, self.submission)
        if self.submission.state not in ROUND_OPEN:
            raise NotNow(_("Only before deliberation; later the board returns it by a motion."), code="wrong_state")

    def act(self, form: forms.Form) -> object:
        """Return it."""
        return actions.return_to_authors(
            submission=self.submission,
            reason=form.cleaned_data["reason"],
            version=self.seen(),
            by=self.user,
            now=self.now,
        )


class Withdraw(ActionView):
    """The authors end their case."""

    form_class = shapes.WithdrawForm
    tab = "overview"
    heading = gettext_lazy("Withdraw the case")
    lead = gettext_lazy(
        "The case ends here. What was written stays on record, and a decision on it keeps its clearance. Everybody on "
        "the board who works on it now is told that they can stop. A case that was submitted once can be taken up again"
        " later, if you ask the board for it."
    )
    submit_label = gettext_lazy("Withdraw the case")
    submit_css = "btn-danger"
    done_text = gettext_lazy("The case is withdrawn.")

    def check(self) -> None:
        """Authors."""
        access.check_can_withdraw(self.user, self.submission)
        if self.submission.state in ("decided", "withdrawn"):
            raise NotNow(_("This case is closed."), code="wrong_state")

    def act(self, form: forms.Form) -> object:
        """Withdraw it."""
        return actions.withdraw(submission=self.submission, version=self.seen(), by=self.user, now=self.now)
