"""Numbers for Prometheus: for the token alone, and without paths, people or cases."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings as product
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from notifications import heartbeat
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.outbox import ping

pytestmark = pytest.mark.django_db
TOKEN = "k3J9s-Vq0Zt7wLx2Rb8nYm4Fh6Dc1Ge5Ua"
BRINGS_IT = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def counted(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The product as it runs with a token."""
    monkeypatch.setattr(heartbeat, "_written", {})
    settings.METRICS_TOKEN = TOKEN
    settings.MIDDLEWARE = [
        "django_prometheus.middleware.PrometheusBeforeMiddleware",
        *product.MIDDLEWARE,
        "django_prometheus.middleware.PrometheusAfterMiddleware",
    ]


def page() -> str:
    answer = Client().get(reverse("metrics"), headers=BRINGS_IT)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN])
def test_metrics_are_not_there_without_the_token(header: str) -> None:
    assert Client().get(reverse("metrics"), headers={"authorization": header}).status_code == 404


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer None"])
def test_metrics_are_not_there_where_no_token_is_set(settings: Settings, header: str) -> None:
    settings.METRICS_TOKEN = ""

    assert Client().get(reverse("metrics"), headers={"authorization": header}).status_code == 404


def test_metrics_tell_how_outbox_and_processes_stand(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    now = timezone.now()
    ping(now=now - timedelta(minutes=10))
    ping(now=now)
    heartbeat.beat(heartbeat.WORKER, now - timedelta(minutes=3))

    with django_assert_num_queries(3):
        said = page()

    assert 'reviewboard_outbox_mails{state="waiting"} 2.0' in said
    assert 'reviewboard_outbox_mails{state="late"} 1.0' in said
    found = {
        name: float(number) for name, number in re.findall(r"^(reviewboard_\S+seconds\S*) (\S+)$", said, re.MULTILINE)
    }
    assert 600 <= found["reviewboard_outbox_due_seconds"] < 700
    assert 180 <= found['reviewboard_heartbeat_seconds{process="worker"}'] < 280
    assert 'process="beat"' not in said


def test_metrics_without_a_database_still_count_requests() -> None:
    def gone(*args: object) -> None:
        raise OperationalError("gone")

    with connection.execute_wrapper(gone):
        said = page()

    assert "django_http_requests_total_by_method_total" in said
    assert "reviewboard_outbox" not in said


def test_metrics_name_views_and_nothing_of_a_case() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    client = Client()
    client.force_login(case.author)
    assert client.get(reverse("reviews:submission-detail", args=[case.submission.reference])).status_code == 200
    assert client.get("/Hidden-title/").status_code == 404
    client.get("/queue/?label=Hidden-title")

    said = page()

    assert 'view="reviews:submission-detail"' in said
    hidden = ["Hidden-title", case.submission.reference, case.submission.title, case.submission.label]
    hidden += [case.author.email, case.author.display_name, case.author.public_id, TOKEN]
    assert [word for word in hidden if word in said] == []
