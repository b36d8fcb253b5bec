#!/usr/bin/env bash
# Makes .venv and installs the locked requirements ($1), each checked against its hash, then this package. The lock is complete, and
# leaves out on purpose what [tool.uv] of pyproject.toml overrides: hence --no-deps.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Catseye needs Python 3.11 or newer; $("$python" --version) found. Set PYTHON=..." >&2; exit 1; }
[ -x .venv/bin/python ] || { echo "== making .venv"; "$python" -m venv .venv; }
echo "== installing $1 (hash-checked)"
.venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r "$1"
.venv/bin/python -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
