"""Mail servers that refuse, hang up, fall silent or are not there, and a worker that goes on."""

from __future__ import annotations

import pytest

from notifications import outbox
from tests.notifications.processes import wait_until
from tests.services.background import Background, fill, states, unfinished

# What the server does to one recipient, and how the mail then stands: state, attempts, possible repeats.
FATES = {
    "421 busy": ("queued", 1, 0),
    "451 later": ("queued", 1, 0),
    "550 no such person": ("failed", 1, 0),
    "drop": ("queued", 1, 1),
    "hang": ("queued", 1, 1),
}


def person(fate: str) -> str:
    return "author." + fate.split()[0]


def test_each_bad_recipient_stands_alone_and_delays_nobody(background: Background) -> None:
    background.server.by_person = {person(fate): fate for fate in FATES}
    bad = {fate: fill(1, address=f"{person(fate)}@example.org")[0] for fate in FATES}
    good = fill(5)

    with background.worker(TEST_EMAIL_TIMEOUT="0.5"):
        wait_until(lambda: all(states()[mail][0] == "sent" for mail in good), "the others have their mail")
        assert {fate: states()[mail] for fate, mail in bad.items()} == FATES
        assert {states()[mail] for mail in good} == {("sent", 1, 0)}

        background.server.heal()
        background.let_waits_pass()
        wait_until(lambda: not unfinished(), "the rest was sent")

    gone = bad["550 no such person"]
    assert [letter.message_id for letter in outbox.dead_letters()] == [gone]
    taken = background.server.ids()
    assert sorted(taken) == sorted({*good, *bad.values()} - {gone})
    # Whoever takes a mail and is not heard gets it twice, under one id; the rows say so.
    assert {mail for mail, count in taken.items() if count > 1} == {bad["drop"], bad["hang"]}
    assert taken.total() == len(taken) + sum(repeats for _, _, repeats in states().values())
    assert "Traceback" not in background.said()


@pytest.mark.parametrize("banner", ["421 busy", "silence"])
def test_server_that_is_of_no_use_to_anybody_gets_all_mail_later(background: Background, banner: str) -> None:
    background.server.by_command["banner"] = banner
    enqueued = fill(4)
    with background.worker(TEST_EMAIL_TIMEOUT="0.5"):
        wait_until(lambda: set(states().values()) == {("queued", 1, 0)}, "every mail was put off")
        assert background.server.mails == []

        background.server.heal()
        background.let_waits_pass()
        wait_until(lambda: not unfinished(), "everything was sent")

    assert background.server.ids() == dict.fromkeys(enqueued, 1)
    assert set(states().values()) == {("sent", 2, 0)}


def test_server_that_hangs_up_after_each_mail_delays_nobody(background: Background) -> None:
    background.server.hangs_up_after_each = True
    enqueued = fill(6)
    with background.worker():
        wait_until(lambda: not unfinished(), "everything was sent")

    assert background.server.ids() == dict.fromkeys(enqueued, 1)
    assert set(states().values()) == {("sent", 1, 0)}
