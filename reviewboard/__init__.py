"""Project package: wiring only. No rule of the product lives here."""

from reviewboard.celery import app as celery_app

__all__ = ["celery_app"]
