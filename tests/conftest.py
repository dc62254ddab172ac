"""What every test stands on: an environment of its own, fast hashing, and databases that commit for real.

Only ``need`` may skip a test, and with ``CI=true`` it fails instead.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests import sizes
from tests.programs import find

# Settings are read once, at the import below; what the developer's own environment says must not reach them.
PRODUCT_NAMES = [
    "BASE_URL",
    "SECRET_KEY",
    "DEBUG",
    "ALLOWED_HOSTS",
    "CELERY_BROKER_URL",
    "EMAIL_URL",
    "MAIL_FROM",
    "ORG_NAME",
    "DATA_DIR",
    "MAX_UPLOAD_MIB",
    "TRUSTED_PROXY",
    "METRICS_TOKEN",
    "HSTS_SCOPE",
]
for _name in PRODUCT_NAMES:
    os.environ.pop(_name, None)
_folder = tempfile.mkdtemp(prefix="reviewboard-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["DATA_DIR"] = _folder
os.environ["DJANGO_SETTINGS_MODULE"] = "reviewboard.settings"

import django  # noqa: E402
from django.conf import settings  # noqa: E402

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
django.setup()

from django.test.utils import setup_databases, teardown_databases  # noqa: E402
from pytest_django import DjangoDbBlocker  # noqa: E402

from tests import databases  # noqa: E402

for _profile in ("test", "soak"):
    hypothesis_settings.register_profile(
        _profile,
        max_examples=sizes.EXAMPLES,
        stateful_step_count=sizes.STEPS,
        deadline=None,
        database=None,
        derandomize=_profile == "test",
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
hypothesis_settings.load_profile("soak" if sizes.SOAK else "test")


def pytest_configure(config: pytest.Config) -> None:
    """The workers of xdist inherit this environment, and would read settings before they made a folder of their own."""
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        for name in ("DJANGO_SETTINGS_MODULE", "DATA_DIR"):
            os.environ.pop(name, None)


def need(what: str) -> Path:
    """The installed program (``chromium``, ``postgresql``, ``redis``), or the test is skipped and says why.

    Where everything must run (``CI=true``) a missing program is a failure.
    """
    found = find(what)
    if found is not None:
        return found
    sentence = f"{what} is not installed on this machine"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{sentence}, and with CI=true nothing is skipped", pytrace=False)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The migrated test database. pytest-django's own leaves it out where no test in the run is marked for it."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def database_template(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[databases.Template]:
    """The migrated, empty database that fresh ones are copied from."""
    with django_db_blocker.unblock(), databases.template(tmp_path_factory.mktemp("databases")) as source:
        yield source


@pytest.fixture
def fresh_database(
    database_template: databases.Template, django_db_blocker: DjangoDbBlocker
) -> Iterator[databases.FreshDatabase]:
    """A private database in which commits are real. Do not combine with ``db`` or ``django_db``."""
    with django_db_blocker.unblock(), databases.fresh(database_template) as database:
        yield database
