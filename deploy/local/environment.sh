#!/bin/sh
# Makes .venv with exactly what requirements.lock names; does nothing when it is there already.
# PYTHON=/path/to/python chooses the interpreter. Speaks on standard error only.
set -eu
cd "$(dirname "$0")/../.."
VENV=.venv
STAMP=$VENV/installed.lock

say() { echo "$@" >&2; }
stop() { say ""; say "$@"; exit 1; }
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

if [ -x "$VENV/bin/python" ] && cmp -s requirements.lock "$STAMP" && new_enough "$VENV/bin/python"; then
  exit 0
fi
if [ -e "$VENV" ] && [ ! -w "$VENV" ]; then
  stop "$PWD/$VENV belongs to another user. Run this as that user, or remove that folder."
fi

find_python() {
  bare=
  # The system's own is built with profiles; what a version manager compiles usually is not, and a seventh slower.
  for candidate in ${PYTHON:-/usr/bin/python3 python3 python3.13 python3.12 python3.11 python3.14 python}; do
    path=$(command -v "$candidate" 2>/dev/null) || continue
    new_enough "$path" || continue
    if "$path" -c 'import ensurepip, venv' >/dev/null 2>&1; then echo "$path"; return; fi
    bare=$path
  done
  if [ -n "$bare" ]; then
    version=$("$bare" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    stop "$bare can't make an environment: its ensurepip is missing." \
      "On Debian or Ubuntu install it with: apt-get install python$version-venv"
  fi
  stop "Careweave needs Python 3.11 or newer${PYTHON:+, and PYTHON=$PYTHON is not}." \
    "Install one, or name it: PYTHON=/path/to/python3.12 make run"
}

if ! { [ -x "$VENV/bin/python" ] && new_enough "$VENV/bin/python" && "$VENV/bin/python" -m pip --version >/dev/null 2>&1; }
then
  PYTHON_FOUND=$(find_python) || exit 1
  say "Making $VENV with $("$PYTHON_FOUND" --version) …"
  "$PYTHON_FOUND" -m venv --clear "$VENV" >&2 || stop "$PWD/$VENV could not be made. Is the disk full?"
fi
say "Installing the libraries of requirements.lock (once; about a minute) …"
rm -f "$STAMP"
"$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements.lock >&2 ||
  stop "The libraries could not be installed; the lines above say why." \
    "Without a network, set PIP_INDEX_URL to a package index you can reach. Then repeat the command."
cp requirements.lock "$STAMP"
