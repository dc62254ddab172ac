#!/bin/sh
# The demo: a local instance with its data in DATA_DIR (./data unless set). Loading twice duplicates nothing.
# What else the environment says is not for the demo: it never touches another database or sends real mail.
#
# usage: demo.sh PORT
set -eu
cd "$(dirname "$0")/.."
case "$1" in
    '' | *[!0-9]* | ??????*) port= ;;
    *) port=$1 ;;
esac
if [ -z "$port" ] || [ "$port" -gt 65535 ]; then
    echo "$1 is not a port. Choose a number from 1 to 65535: PORT=8010 make demo" >&2
    exit 1
fi
unset BASE_URL SECRET_KEY DEBUG ALLOWED_HOSTS DATABASE_URL CELERY_BROKER_URL EMAIL_URL MAIL_FROM TRUSTED_PROXY \
    METRICS_TOKEN HSTS_SCOPE
# The mails of the demo are written while it is loaded and lead to where it will answer. A loopback name is still local
# mode.
if [ "$port" -ne 0 ]; then
    BASE_URL=http://127.0.0.1:$port
    export BASE_URL
fi
manage() {
    .venv/bin/python manage.py "$@"
}
manage migrate --verbosity 0
manage policy publish reviews/policies/default-dual-use.yaml
manage demo
exec .venv/bin/python manage.py up --port "$port"
