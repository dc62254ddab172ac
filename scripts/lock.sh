#!/bin/sh
# Renews both lock files. They hold versions and hashes and no host name, so any index serves them.
set -eu
cd "$(dirname "$0")/.."
compile() {
    .venv/bin/pip-compile --quiet --generate-hashes --strip-extras --no-emit-index-url --no-emit-trusted-host \
        --no-emit-find-links --no-header --allow-unsafe "$@" pyproject.toml
}
compile --extra prod --extra metrics --output-file requirements.lock
compile --extra dev --constraint requirements.lock --output-file requirements-dev.lock
