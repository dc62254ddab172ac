# One image for web, worker, beat and migrations; compose.yaml says which command each runs.
# It was not built on the machine that it was written on, which runs no containers: a test holds every path, command and
# name in it against the project. docs/deployment.md says how to use it.

FROM python:3.11-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /venv
# The lock carries the extras for PostgreSQL, Redis and metrics. Wheels only, so that no compiler is needed.
COPY requirements.lock ./
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: \
    --requirement requirements.lock
COPY . ./
# Collecting style sheets needs production settings, and nothing of them stays: the key is made for this one line.
RUN BASE_URL=https://build.invalid DATA_DIR=/tmp/build \
    SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
    /venv/bin/python manage.py collectstatic --no-input \
    && rm -r /tmp/build \
    && /venv/bin/python -m compileall -q accounts audit notifications reviewboard reviews

FROM python:3.11-slim-bookworm
RUN groupadd --system --gid 10001 reviewboard \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin reviewboard \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["python", "deploy/probe.py", "/health/web/"]
CMD ["python", "manage.py", "up", "--host", "0.0.0.0", "--port", "8000"]
