"""Every address of the product, one block a stem. The role matrix in the tests has a row for each."""

from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, register_converter

from reviews.converters import Reference

register_converter(Reference, "ref")


def _route(route: str, view: str, name: str) -> URLPattern:
    module, _, cls = view.partition(".")

    def serve(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return getattr(import_module(f"reviews.views.{module}"), cls).as_view()(request, *args, **kwargs)

    return path(route, serve, name=name)


CASE = "cases/<ref:reference>/"

app_name = "reviews"
urlpatterns: list[URLPattern] = [
    _route("", "work.MyWork", "my-work"),
    _route("cases/", "submission_list.List", "submission-list"),
    _route("cases/new/", "submission.Start", "submission-start"),
    _route(CASE, "submission.Detail", "submission-detail"),
    _route(CASE + "describe/", "submission.Describe", "submission-describe"),
    _route(CASE + "submit/", "submission.Submit", "submission-submit"),
    _route(CASE + "return/", "submission.Return", "submission-return"),
    _route(CASE + "withdraw/", "submission.Withdraw", "submission-withdraw"),
    _route(CASE + "record/", "submission.Record", "submission-record"),
    _route(CASE + "artifacts/", "artifact.List", "artifact-list"),
    _route(CASE + "artifacts/file/", "artifact.AddFile", "artifact-add-file"),
    _route(CASE + "artifacts/reference/", "artifact.AddReference", "artifact-add-reference"),
    _route("artifacts/<str:public_id>/", "artifact.Download", "artifact-download"),
    _route("artifacts/<str:public_id>/remove/", "artifact.Remove", "artifact-remove"),
    _route(CASE + "answers/", "questionnaire.Overview", "questionnaire-overview"),
    _route(CASE + "answers/<slug:section>/", "questionnaire.Section", "questionnaire-section"),
    _route(CASE + "assessment/", "assessment.Detail", "assessment-detail"),
    _route(CASE + "evidence/", "evidence.List", "evidence-list"),
    _route("evidence/<str:public_id>/give/", "evidence.Give", "evidence-give"),
    _route("evidence/<str:public_id>/waive/", "evidence.Waive", "evidence-waive"),
    _route("evidence/<str:public_id>/file/", "evidence.Download", "evidence-download"),
    _route("holds/<str:public_id>/clear/", "evidence.ClearHold", "hold-clear"),
    _route(CASE + "conflict/", "conflict.Declare", "conflict-declare"),
    _route(CASE + "questions/", "deliberation.Questions", "inquiry-list"),
    _route("questions/<str:public_id>/answer/", "deliberation.Answer", "inquiry-answer"),
    _route(CASE + "reviewers/", "assignment.Assign", "assignment-assign"),
    _route("offers/<str:public_id>/", "assignment.Offer", "assignment-offer"),
    _route("offers/<str:public_id>/accept/", "assignment.Accept", "assignment-accept"),
    _route("offers/<str:public_id>/decline/", "assignment.Decline", "assignment-decline"),
    _route("offers/<str:public_id>/take-back/", "assignment.TakeBack", "assignment-take-back"),
    _route(CASE + "reviews/", "review.List", "review-list"),
    _route("reviews/<str:public_id>/", "review.Edit", "review-edit"),
    _route(CASE + "deliberation/", "motion.Deliberation", "motion-list"),
    _route(CASE + "motions/new/", "motion.Put", "motion-put"),
    _route(CASE + "motions/return/", "motion.PutReturn", "motion-put-return"),
    _route("motions/<str:public_id>/vote/", "motion.Cast", "motion-cast"),
    _route("motions/<str:public_id>/take-back/", "motion.TakeBack", "motion-take-back"),
    _route("motions/<str:public_id>/close/", "motion.Close", "motion-close"),
    _route("motions/<str:public_id>/finalise/", "decision.Finalise", "decision-finalise"),
    _route(CASE + "decision/", "decision.Detail", "decision-detail"),
    _route("decisions/<str:public_id>/sign/<slug:seat>/", "decision.Sign", "decision-sign"),
    _route("decisions/<str:public_id>/send-back/", "decision.SendBack", "decision-send-back"),
    _route(CASE + "release/", "release.Detail", "release-detail"),
    _route("stages/<str:public_id>/open/", "release.OpenStage", "release-open-stage"),
    _route("conditions/<str:public_id>/settle/", "release.SettleCondition", "release-settle-condition"),
    _route("queue/", "queue.Queue", "queue"),
    _route("leadership/", "leadership.Leadership", "leadership"),
    _route("operations/", "operations.Operations", "operations"),
]
