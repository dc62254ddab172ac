#!/bin/sh
# Makes .venv and installs a lock file into it; nothing happens when that lock is installed already.
# Each way in which this can fail ends with one sentence.
#
# usage: install.sh LOCKFILE        PYTHON=python3.12 chooses an interpreter
set -eu
cd "$(dirname "$0")/.."
lock=$1
python=${PYTHON:-python3}
stamp=.venv/.installed-$(basename "$lock")
log=.venv/install.log

stop() {
    echo "$1" >&2
    exit 1
}

if [ -x .venv/bin/python ] && cmp -s "$lock" "$stamp" && .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi

command -v "$python" >/dev/null 2>&1 ||
    stop "Python 3.11 or newer is needed, but there is no $python here: install it, on Debian with: apt-get install python3 python3-venv"
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || version=""
case $version in
    3.1[1-9] | 3.[2-9][0-9] | [4-9].*) ;;
    "") stop "Python 3.11 or newer is needed, but $python does not run here: name a newer one with PYTHON=python3.12" ;;
    *) stop "Python 3.11 or newer is needed, but $python is version $version: name a newer one with PYTHON=python3.12" ;;
esac
if [ -x .venv/bin/python ] && ! .venv/bin/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    rm -rf .venv
fi
if [ ! -x .venv/bin/python ]; then
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        stop "Python's venv module is missing: install it, on Debian with: apt-get install python3-venv"
    rm -rf .venv
    "$python" -m venv .venv >/dev/null 2>&1 || {
        rm -rf .venv
        stop "The virtual environment .venv could not be made: look with $python -m venv .venv"
    }
fi

echo "Installing what $lock names (the first time takes about half a minute) ..."
if ! .venv/bin/python -m pip install --require-hashes --no-input --disable-pip-version-check --retries 2 --timeout 15 \
    --quiet --requirement "$lock" >"$log" 2>&1; then
    if grep -qiE 'name resolution|name or service not known|network is unreachable|failed to establish|connection (refused|reset|broken|aborted|error)|timed out|cannot connect|proxyerror|from versions: none|no matching distribution' "$log"; then
        stop "The packages could not be fetched: connect to the network or set pip's index, and try again (details in $log)."
    fi
    stop "The packages could not be installed: $(grep -i error "$log" | tail -n 1 | cut -c1-200) (details in $log)."
fi
cp "$lock" "$stamp"
