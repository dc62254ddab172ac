"""The rulebook: pure functions over facts. No Django, no Celery, no clock, no project code outside this package."""
