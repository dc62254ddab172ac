"""Answering page by page: what saving shows, keeps, marks and refuses; and who reads how much of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviews.actions.questionnaire import save_answers
from reviews.rules.policy_questions import RESERVED
from reviews.rules.questionnaire import fingerprint
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case, example_answers
from tests.factories.committee import put_in_force
from tests.factories.people import UserFactory
from tests.factories.policy import text_of
from tests.rules.packs import PACK

pytestmark = pytest.mark.django_db


def section_url(case: Case, section: str) -> str:
    return reverse("reviews:questionnaire-section", args=[case.submission.reference, section])


def overview_url(case: Case) -> str:
    return reverse("reviews:questionnaire-overview", args=[case.submission.reference])


def empty_draft(**answers: Any) -> Case:
    case = cases.draft(answers={})
    if answers:
        save(case, **answers)
    return case


def save(case: Case, **answers: Any) -> None:
    response = case.again().revision.response
    save_answers(
        submission=case.submission, answers=answers, cleared=frozenset(), version=response.version, by=case.author,
        now=case.later(),
    )  # fmt: skip


def stored(case: Case) -> dict[str, Any]:
    return dict(case.again().revision.response.answers)


def version(case: Case) -> int:
    return int(case.again().revision.response.version)


@pytest.mark.parametrize("section", [section.key for section in PACK.sections])
def test_names_that_a_page_sends_beside_answers_are_no_keys_of_questions(client: Client, section: str) -> None:
    case = empty_draft(**example_answers("gpt2_2019"))
    client.force_login(case.author)
    html = client.get(section_url(case, section)).content.decode()
    form = html[html.index('<form class="rb-form"') :]
    sent = set(re.findall(r' name="([^"]*)"', form[: form.index("</form>")]))
    names = {name for name in sent if "-" not in name}  # a key has no hyphen
    keys = {question.key for question in PACK.questions}
    keys |= {amount.key for question in PACK.questions for amount in question.helper_inputs}
    assert names & keys
    assert names - keys == RESERVED


def test_page_that_comes_back_with_a_fault_still_knows_what_it_was_shown_with(client: Client) -> None:
    """Else the corrected page would undo what a co-author saved between the two tries."""
    case = empty_draft(artifact_type="model")
    seen = version(case)
    save(case, training_compute_flop=1e20)
    client.force_login(case.author)
    sent = {"version": seen, "asked": ["training_compute_flop"], "training_compute_flop": "many"}
    response = client.post(section_url(case, "profile"), sent)
    assert (response.status_code, f'name="version" value="{seen}"' in response.content.decode()) == (200, True)
    again = client.post(section_url(case, "profile"), {**sent, "training_compute_flop": "5"})
    assert (again.status_code, stored(case)["training_compute_flop"]) == (409, 1e20)


def test_answers_that_add_questions_to_the_page_show_it_again_with_them_marked(client: Client) -> None:
    case = empty_draft(artifact_type="paper")
    client.force_login(case.author)
    sent = {"version": version(case), "asked": "hazard_domains", "hazard_domains": ["cyber", "bias"]}
    response = client.post(section_url(case, "hazards"), sent, follow=True)
    assert response.redirect_chain[0][0].startswith(section_url(case, "hazards") + "?new=")
    html = response.content.decode()
    assert html.count("New on this page.") == 2
    assert "Your answers add 2 questions to this page" in html
    assert stored(case)["hazard_domains"] == ["cyber", "bias"]


def test_page_that_adds_nothing_goes_on_to_the_next(client: Client) -> None:
    case = empty_draft(artifact_type="paper")
    client.force_login(case.author)
    sent = {"version": version(case), "asked": "hazard_domains", "hazard_domains": ["__none__"]}
    response = client.post(section_url(case, "hazards"), sent)
    assert response["Location"] == section_url(case, "tripwires")
    assert stored(case)["hazard_domains"] == []


def test_save_alone_stays_on_the_page(client: Client) -> None:
    case = empty_draft()
    client.force_login(case.author)
    sent = {"version": version(case), "asked": "trip_agents", "trip_agents": "no", "stay": "1"}
    assert client.post(section_url(case, "tripwires"), sent)["Location"] == section_url(case, "tripwires")


def test_last_page_goes_on_to_the_overview(client: Client) -> None:
    case = empty_draft()
    client.force_login(case.author)
    response = client.post(section_url(case, "safeguards"), {"version": version(case)})
    assert response["Location"] == overview_url(case)


def test_answer_with_a_fault_is_told_beside_it_and_nothing_typed_is_lost(client: Client) -> None:
    case = empty_draft(artifact_type="model")
    client.force_login(case.author)
    before = stored(case)
    sent = {
        "version": version(case), "asked": ["artifact_summary", "training_compute_flop"],
        "artifact_summary": "Typed with care.", "training_compute_flop": "a lot",
    }  # fmt: skip
    response = client.post(section_url(case, "profile"), sent)
    html = response.content.decode()
    assert "Write a number such as 1500000000 or 1.5e9." in html
    assert 'value="a lot"' in html
    assert "Typed with care." in html
    assert stored(case) == before


def test_hidden_answers_are_kept_and_come_back(client: Client) -> None:
    case = empty_draft(artifact_type="model", release_requested="open_weights")
    client.force_login(case.author)
    sent = {"version": version(case), "asked": ["artifact_type"], "artifact_type": "paper"}
    client.post(section_url(case, "profile"), sent)
    assert stored(case)["release_requested"] == "open_weights"
    assert "At which access level" not in client.get(section_url(case, "profile")).content.decode()
    sent = {"version": version(case), "asked": ["artifact_type"], "artifact_type": "model"}
    html = client.post(section_url(case, "profile"), sent, follow=True).content.decode()
    assert 'value="open_weights" id="id_release_requested_6" checked' in html


def test_stale_page_keeps_what_was_typed_and_shows_what_was_saved(client: Client) -> None:
    case = empty_draft(artifact_summary="First words.")
    seen = version(case)
    save(case, artifact_summary="Saved by a colleague.")
    client.force_login(case.author)
    sent = {"version": seen, "asked": ["artifact_summary"], "artifact_summary": "Typed meanwhile."}
    response = client.post(section_url(case, "profile"), sent)
    html = response.content.decode()
    assert response.status_code == 409
    assert "These answers were saved in another place" in html
    assert "Typed meanwhile." in html
    assert "Saved in another place: Saved by a colleague." in html
    assert stored(case)["artifact_summary"] == "Saved by a colleague."
    assert f'name="version" value="{version(case)}"' in html


def test_overview_lists_what_is_missing_with_links(client: Client) -> None:
    case = empty_draft(artifact_type="paper", hazard_domains=["cyber"])
    client.force_login(case.author)
    html = client.get(overview_url(case)).content.decode()
    assert "1 of 2 answered, 1 needs you" in html
    assert f"{section_url(case, 'hazards')}#div_id_cap_cyber" in html


@pytest.mark.parametrize("state", [State.SUBMITTED, State.IN_REVIEW, State.DECIDED])
def test_frozen_answers_cannot_be_edited(client: Client, state: State) -> None:
    case = cases.submission_in(state)
    client.force_login(case.author)
    response = client.get(section_url(case, "profile"))
    assert (response.status_code, response["Location"]) == (302, overview_url(case))
    before = stored(case)
    sent = {"version": version(case), "asked": ["artifact_type"], "artifact_type": "paper"}
    response = client.post(section_url(case, "profile"), sent)
    assert "This revision was submitted and is frozen." in response.content.decode()
    assert stored(case) == before


def test_who_may_open_the_answers(client: Client) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    expected = {
        case.author: (200, 302), case.board.coordinator: (200, 403), case.board.reviewers[0]: (200, 403),
        case.board.members[0]: (404, 404), case.board.auditor: (404, 404), case.board.leader: (404, 404),
        UserFactory(): (404, 404),
    }  # fmt: skip
    found = {}
    for person in expected:
        client.force_login(person)
        found[person] = (
            client.get(overview_url(case)).status_code,
            client.get(section_url(case, "profile")).status_code,
        )
    assert found == expected


def test_section_that_the_policy_does_not_have_is_not_there(client: Client) -> None:
    case = empty_draft()
    client.force_login(case.author)
    assert client.get(section_url(case, "nonsense")).status_code == 404


def test_draft_of_a_returned_case_is_seen_by_its_authors_alone(client: Client) -> None:
    case = cases.submission_in(State.RETURNED)
    save(case, artifact_summary="Words of the draft.")
    client.force_login(case.board.coordinator)
    html = client.get(overview_url(case)).content.decode()
    assert "A plain summary of the work." in html
    assert "Words of the draft." not in html
    client.force_login(case.author)
    assert "Words of the draft." in client.get(overview_url(case)).content.decode()


def test_answers_are_escaped(client: Client) -> None:
    case = empty_draft(artifact_summary="<script>alert(1)</script>")
    client.force_login(case.author)
    for url in (overview_url(case), section_url(case, "profile")):
        html = client.get(url).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html


# Saving by itself, and questions by themselves


def mark(value: Any) -> str:
    return fingerprint(value)


def autosave(client: Client, case: Case, section: str, *touched: str, seen: int | None = None, **sent: Any) -> Any:
    data = {"version": version(case) if seen is None else seen, "rb-touched": list(touched), **sent}
    return client.post(section_url(case, section), data, headers={"HX-Request": "true"})


def test_page_saves_itself_and_shows_what_its_answers_add_and_take_away(client: Client) -> None:
    case = empty_draft(hazard_domains=["cyber"])
    client.force_login(case.author)
    asked = ["hazard_domains", "cap_cyber"]
    response = autosave(client, case, "hazards", "hazard_domains", asked=asked, hazard_domains=["bias"])
    html = response.content.decode()
    assert (response.status_code, response["X-Autosave"]) == (200, "saved")
    assert stored(case)["hazard_domains"] == ["bias"]
    assert re.search(r'<div hx-swap-oob="afterend:#div_id_hazard_domains">\s*<fieldset[^>]*id="div_id_cap_bias"', html)
    assert 'id="div_id_cap_cyber" hx-swap-oob="delete"' in html
    assert "1 question was added to this page. 1 question no longer applies." in html
    assert "1 of 2 answered, 1 needs you" in html
    assert f'name="base-hazard_domains" value="{mark(["bias"])}"' in html
    assert html.count('name="asked"') == 2


def test_only_what_was_touched_is_saved(client: Client) -> None:
    case = empty_draft(trip_agents="no")
    client.force_login(case.author)
    sent = {"asked": ["trip_agents", "trip_leak"], "trip_agents": "yes", "trip_leak": "no"}
    autosave(client, case, "tripwires", "trip_leak", **sent)
    assert (stored(case)["trip_agents"], stored(case)["trip_leak"]) == ("no", "no")


def test_fault_stands_beside_its_question_and_the_others_are_saved(client: Client) -> None:
    case = empty_draft(artifact_type="model")
    client.force_login(case.author)
    keys = ["artifact_summary", "training_compute_flop"]
    sent = {"asked": keys, "artifact_summary": "Typed.", "training_compute_flop": "a lot"}
    response = autosave(client, case, "profile", *keys, **sent)
    html = response.content.decode()
    assert response["X-Autosave"] == "left training_compute_flop"
    assert 'innerHTML:#slot_id_training_compute_flop"><div class="invalid-feedback' in html
    assert "Not saved: Write a number such as 1500000000 or 1.5e9." in html
    assert stored(case)["artifact_summary"] == "Typed."


@pytest.mark.parametrize("htmx", [True, False])
def test_two_who_answer_different_questions_both_keep_theirs(client: Client, htmx: bool) -> None:
    case = empty_draft(artifact_summary="First.", human_subjects="no")
    seen = version(case)
    save(case, artifact_summary="By a colleague.")
    client.force_login(case.author)
    sent = {
        "asked": ["artifact_summary", "human_subjects"], "artifact_summary": "First.", "human_subjects": "yes",
        "base-artifact_summary": mark("First."), "base-human_subjects": mark("no"), "version": seen,
    }  # fmt: skip
    headers = {"HX-Request": "true"} if htmx else {}
    response = client.post(
        section_url(case, "profile"), {**sent, "rb-touched": ["human_subjects"]}, headers=headers, follow=True
    )
    assert response.status_code == 200
    assert (stored(case)["artifact_summary"], stored(case)["human_subjects"]) == ("By a colleague.", "yes")
    if htmx:
        assert "Saved in another place: By a colleague." in response.content.decode()


def test_two_who_answer_the_same_question_are_told_and_the_next_save_decides(client: Client) -> None:
    case = empty_draft(artifact_summary="First.")
    seen = version(case)
    save(case, artifact_summary="By a colleague.")
    client.force_login(case.author)
    sent = {
        "asked": ["artifact_summary"], "artifact_summary": "Mine.", "base-artifact_summary": mark("First."),
    }  # fmt: skip
    response = autosave(client, case, "profile", "artifact_summary", seen=seen, **sent)
    html = response.content.decode()
    assert response["X-Autosave"] == "left artifact_summary"
    assert "Saved in another place: By a colleague." in html
    assert stored(case)["artifact_summary"] == "By a colleague."
    assert f'name="base-artifact_summary" value="{mark("By a colleague.")}"' in html
    sent["base-artifact_summary"] = mark("By a colleague.")
    again = autosave(client, case, "profile", "artifact_summary", seen=seen, **sent)
    assert (again["X-Autosave"], stored(case)["artifact_summary"]) == ("saved", "Mine.")


def test_form_sent_after_the_sign_in_ended_is_kept_and_can_be_sent_again(client: Client) -> None:
    case = empty_draft()
    url, sent = section_url(case, "profile"), {"asked": ["artifact_summary"], "artifact_summary": "Kept <b>words</b>."}
    response = client.post(url, sent)
    html = response.content.decode()
    assert (response.status_code, response["Cache-Control"]) == (401, "no-store")
    assert 'name="artifact_summary" value="Kept &lt;b&gt;words&lt;/b&gt;."' in html
    assert f'action="{url}"' in html
    assert client.post(url, sent, headers={"HX-Request": "true"}).status_code == 401
    assert client.post(url, {"version": "0"}).status_code == 302
    assert stored(case) == {}


@pytest.mark.parametrize(("origin", "kept"), [("http://testserver", True), ("https://elsewhere.example", False)])
def test_form_with_an_old_token_is_offered_again_to_our_own_pages_alone(origin: str, kept: bool) -> None:
    case = empty_draft()
    client = Client(enforce_csrf_checks=True)
    client.force_login(case.author)
    sent = {"asked": ["artifact_summary"], "artifact_summary": "Typed before.", "csrfmiddlewaretoken": "x" * 64}
    response = client.post(section_url(case, "profile"), sent, headers={"Origin": origin})
    html = response.content.decode()
    assert (response.status_code, "Typed before." in html, "csrfmiddlewaretoken" in html) == (403, kept, kept)
    assert "x" * 64 not in html


def test_page_that_saves_itself_without_sign_in_and_token_learns_that_it_is_signed_out() -> None:
    case = empty_draft()
    client = Client(enforce_csrf_checks=True)
    headers = {"HX-Request": "true", "Origin": "http://testserver"}
    assert client.post(section_url(case, "profile"), {"rb-touched": "x"}, headers=headers).status_code == 401
    client.force_login(case.author)
    assert client.post(section_url(case, "profile"), {"rb-touched": "x"}, headers=headers).status_code == 403


def test_continuing_leads_to_where_one_stopped(client: Client) -> None:
    case = empty_draft(artifact_type="paper", hazard_domains=["cyber", "bias"])
    save(case, cap_cyber=1)
    client.force_login(case.author)
    html = client.get(overview_url(case)).content.decode()
    assert f'href="{section_url(case, "hazards")}#div_id_cap_bias">Continue the answers' in html


def test_who_answered_stands_below_each_question_for_authors_with_what_was_there_before(client: Client) -> None:
    case = cases.submission_in(State.RETURNED)
    case.later(days=1)
    save(case, artifact_summary="Words of the draft.")
    client.force_login(case.author)
    for url in (overview_url(case), section_url(case, "profile")):
        html = client.get(url).content.decode()
        assert html.count("How it was answered before") == 1
        assert "A plain summary of the work." in html
        assert "Answered by Author One, " in html
    client.force_login(case.board.coordinator)
    html = client.get(overview_url(case)).content.decode()
    assert "Answered by Author One, " in html
    assert "How it was answered before" not in html
    assert "Words of the draft." not in html


def test_answer_that_an_older_policy_asked_for_in_another_shape_breaks_no_page(client: Client) -> None:
    case = cases.draft()
    client.force_login(case.author)
    compute = PACK.question(PACK.bindings.compute)
    pages = [overview_url(case), section_url(case, compute.section)]
    for name in (compute.key, compute.helper_inputs[0].key):
        for value in ("about 1e25, they say", ["a lot"], True, 10**400):
            save(case, **{name: value})
            assert (name, value, [client.get(url).status_code for url in pages]) == (name, value, [200, 200])


def test_preview_waits_for_every_tripwire_and_says_that_it_is_provisional(client: Client) -> None:
    answers = example_answers("gpt2_2019")
    last = answers.pop("trip_leak")
    case = empty_draft(**answers)
    client.force_login(case.author)
    for url in (overview_url(case), section_url(case, "judgement")):
        html = client.get(url).content.decode()
        assert "once every tripwire is answered" in html
        assert "What drives it" not in html
    response = autosave(client, case, "tripwires", "trip_leak", asked=["trip_leak"], trip_leak=last)
    html = response.content.decode()
    assert "What drives it" in html
    assert "Residual score 42.7; tier 2 runs from 25 to 45" in html
    assert "The policy scores the case when you submit." in html


# A policy that changes while a page is open


def policy_with(*edits: tuple[str, str], version: str, case: Case) -> None:
    put_in_force(text_of(version, *edits), case.board, case.later())


def while_asked_at_night() -> Case:
    """A draft whose policy asked one question more until a moment ago, and asks another one elsewhere now."""
    case = empty_draft(artifact_type="model")
    where = "  - key: artifact_summary\n"
    policy_with((where, cases.NEW_QUESTION + where), version="2026.12", case=case)
    moved = ("  - key: human_subjects\n    section: profile\n", "  - key: human_subjects\n    section: hazards\n")
    policy_with(moved, version="2027.01", case=case)
    return case


def test_section_says_what_changed_in_the_policy_as_the_overview_does(client: Client) -> None:
    case = empty_draft(artifact_type="model")
    client.force_login(case.author)
    assert "The policy changed from" not in client.get(section_url(case, "profile")).content.decode()
    where = "  - key: artifact_summary\n"
    policy_with((where, cases.NEW_QUESTION + where), version="2026.12", case=case)
    for url in (section_url(case, "profile"), overview_url(case)):
        html = client.get(url).content.decode()
        assert "The policy changed from 2026.11 to 2026.12 since you started." in html
        assert "New: Who can be asked at any hour?" in html
    response = autosave(client, case, "profile", "artifact_type", asked=["artifact_type"], artifact_type="paper")
    assert "The policy changed from 2026.11 to 2026.12 since you started." in response.content.decode()


def test_page_that_saves_itself_says_which_question_the_policy_dropped_and_keeps_it(client: Client) -> None:
    case = while_asked_at_night()
    client.force_login(case.author)
    keys = ["artifact_type", "contact_at_night", "human_subjects"]
    sent = {"asked": keys, "contact_at_night": "Ada, always.", "human_subjects": "no", "artifact_type": "model"}
    marks = {"base-contact_at_night": "", "base-human_subjects": "", "base-artifact_type": mark("model")}
    response = autosave(client, case, "profile", "contact_at_night", "human_subjects", **sent, **marks)
    html = response.content.decode()
    assert response["X-Autosave"] == "left contact_at_night"
    assert 'innerHTML:#slot_id_contact_at_night"><div class="invalid-feedback' in html
    assert html.count("The policy changed while this page was open") == 2
    assert 'hx-swap-oob="delete"' not in html
    assert 'name="asked" value="contact_at_night"' in html
    assert 'name="base-contact_at_night" value=""' in html
    assert f'name="base-human_subjects" value="{mark("no")}"' in html
    assert stored(case)["human_subjects"] == "no"
    assert "contact_at_night" not in stored(case)


@pytest.mark.parametrize("fault", [False, True])
def test_page_sent_whole_shows_what_was_typed_for_a_question_that_the_policy_dropped(
    client: Client, fault: bool
) -> None:
    case = while_asked_at_night()
    client.force_login(case.author)
    before = stored(case)
    sent = {
        "version": version(case), "asked": ["artifact_summary", "contact_at_night", "human_subjects"],
        "artifact_summary": "Typed with care.", "contact_at_night": "Ada,\r\n<always>.", "human_subjects": "no",
        "base-contact_at_night": "", "base-artifact_summary": "", "base-human_subjects": "",
    }  # fmt: skip
    if fault:
        sent |= {"asked": [*sent["asked"], "training_compute_flop"], "training_compute_flop": "a lot"}
    response = client.post(section_url(case, "profile"), sent)
    html = response.content.decode()
    assert response.status_code == (200 if fault else 409)
    assert "<dt>Who can be asked at any hour?</dt><dd>Ada,<br>&lt;always&gt;.</dd>" in html
    assert "Typed with care." in html
    assert 'value="no" id="id_human_subjects_1" checked' in html
    assert stored(case) == before
    again = {name: value for name, value in sent.items() if "contact_at_night" not in name}
    again |= {"asked": ["artifact_summary", "human_subjects"], "version": version(case)}
    assert client.post(section_url(case, "profile"), again).status_code == 302
    assert (stored(case)["artifact_summary"], stored(case)["human_subjects"]) == ("Typed with care.", "no")


@pytest.mark.parametrize(
    ("shown", "sent"),
    [
        ("Ada.\nBob.", "Ada.\r\nBob. "), ("yes", "yes"), (2, "2"), (1e25, "1e25"), (5, "5"), (["a", "b"], ["a", "b"]),
        ([], "__none__"), ("Ada.", ""),
    ],
)  # fmt: skip
def test_question_that_the_policy_dropped_and_nobody_touched_is_no_matter(
    client: Client, shown: Any, sent: Any
) -> None:
    case = while_asked_at_night()
    client.force_login(case.author)
    data = {
        "version": version(case), "asked": ["artifact_summary", "contact_at_night"], "artifact_summary": "Typed.",
        "contact_at_night": sent, "base-contact_at_night": mark(shown),
    }  # fmt: skip
    assert client.post(section_url(case, "profile"), data).status_code == 302
    assert stored(case)["artifact_summary"] == "Typed."


def test_page_that_the_policy_dropped_gives_back_what_was_typed_on_it(client: Client) -> None:
    case = empty_draft(artifact_type="model")
    client.force_login(case.author)
    url = section_url(case, "gone")
    sent = {"version": version(case), "asked": ["contact_at_night", "trip_agents"], "trip_agents": "unsure"}
    response = client.post(url, {**sent, "contact_at_night": "Ada <3", "base-contact_at_night": ""})
    html = response.content.decode()
    assert (response.status_code, response["Cache-Control"]) == (409, "no-store")
    assert "Ada &lt;3" in html
    assert f"<dt>{PACK.question('trip_agents').text}</dt>" in html
    assert f'href="{overview_url(case)}"' in html
    assert autosave(client, case, "gone", "trip_agents", **sent).status_code == 404
    assert client.post(url, {"version": "0"}).status_code == 404
    assert stored(case) == {"artifact_type": "model"}


def test_question_that_was_hidden_while_somebody_typed_in_it_is_saved_and_goes_only_then(client: Client) -> None:
    case = empty_draft(hazard_domains=["cyber"])
    client.force_login(case.author)
    marks = {"base-hazard_domains": mark(["cyber"]), "base-cap_cyber": ""}
    asked, seen = ["hazard_domains", "cap_cyber"], version(case)
    sent = {"asked": asked, "hazard_domains": ["bias"], **marks}
    html = autosave(client, case, "hazards", "hazard_domains", seen=seen, **sent).content.decode()
    assert 'id="div_id_cap_cyber" hx-swap-oob="delete"' in html
    assert 'name="asked" value="cap_cyber"' not in html
    assert 'name="base-cap_cyber" value=""' in html
    # The page kept it, and sends what was typed with the marks that it has now.
    sent = {"asked": ["hazard_domains", "cap_bias"], "hazard_domains": ["bias"], "cap_cyber": "3"}
    marks = {"base-hazard_domains": mark(["bias"]), "base-cap_bias": "", "base-cap_cyber": ""}
    response = autosave(client, case, "hazards", "cap_cyber", seen=seen, **sent, **marks)
    html = response.content.decode()
    assert (response["X-Autosave"], stored(case)["cap_cyber"]) == ("saved", 3)
    assert 'id="div_id_cap_cyber" hx-swap-oob="delete"' in html
    assert f'name="base-cap_cyber" value="{mark(3)}"' in html


def test_question_that_comes_back_comes_with_what_is_stored_now(client: Client) -> None:
    case = empty_draft(hazard_domains=["bias"], cap_cyber=2)
    client.force_login(case.author)
    sent = {"asked": ["hazard_domains", "cap_bias"], "hazard_domains": ["cyber"], "base-cap_cyber": mark(1)}
    html = autosave(client, case, "hazards", "hazard_domains", **sent).content.decode()
    assert f'name="base-cap_cyber" value="{mark(2)}"' in html
    assert html.count("base-cap_cyber") == 1


def test_fault_in_a_question_that_its_own_page_hides_stays_to_be_read(client: Client) -> None:
    case = empty_draft(hazard_domains=["cyber"])
    client.force_login(case.author)
    sent = {"asked": ["hazard_domains", "cap_cyber"], "hazard_domains": ["bias"], "cap_cyber": "nine"}
    response = autosave(client, case, "hazards", "hazard_domains", "cap_cyber", **sent)
    html = response.content.decode()
    assert response["X-Autosave"] == "left cap_cyber"
    assert 'hx-swap-oob="delete"' not in html
    assert 'innerHTML:#slot_id_cap_cyber"><div class="invalid-feedback' in html
    assert 'name="asked" value="cap_cyber"' in html
