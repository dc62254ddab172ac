"""The Celery application. The outbox in the database is the queue; a broker is only transport."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewboard.settings")

app = Celery("reviewboard")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
