#!/bin/sh
# The demo: a local instance with its data in DATA_DIR (./data unless set). Loading twice duplicates nothing.
# What else the environment says is not for the demo: it never touches another database or sends real mail.
#
# usage: demo.sh PORT
set -eu
cd "$(dirname "$0")/.."
unset BASE_URL SECRET_KEY DEBUG ALLOWED_HOSTS DATABASE_URL CELERY_BROKER_URL EMAIL_URL MAIL_FROM TRUSTED_PROXY \
    METRICS_TOKEN HSTS_SCOPE
manage() {
    .venv/bin/python manage.py "$@"
}
manage migrate --verbosity 0
manage policy publish reviews/policies/default-dual-use.yaml
manage demo
exec .venv/bin/python manage.py up --port "$1"
