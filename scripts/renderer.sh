#!/usr/bin/env bash
# Makes renderer/.venv from the hash-locked renderer/requirements.txt. Does nothing where that is done.
# With --optional it says why and exits 0 where it cannot be done: the renderer needs Python 3.11 and 374 MB.
set -eu
cd "$(dirname "$0")/../renderer"
optional=no
[ "${1:-}" = --optional ] && optional=yes
cannot() {
  echo "== no renderer: $1" >&2
  [ $optional = yes ] && exit 0
  exit 1
}
if [ -x .venv/bin/python ] && cmp -s requirements.txt .venv/installed.txt; then
  echo "== the renderer is set up"
  exit 0
fi
python=${PYTHON:-}
for found in ${python:-python3.11 python3 ../.venv/bin/python}; do
  "$found" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && { python=$found; break; }
  python=
done
[ -n "$python" ] || cannot "bpy 5.0.1 needs Python 3.11 exactly, and there is none here. Set PYTHON=..."
echo "== making renderer/.venv (bpy, 374 MB, hash-checked)"
[ -x .venv/bin/python ] || "$python" -m venv .venv || cannot "$python cannot make a virtual environment."
.venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt || cannot "pip could not install it (see above)."
.venv/bin/python -c 'import bpy' || cannot "bpy does not load here (see above); it needs libGL, libX11 and their like."
cp requirements.txt .venv/installed.txt
echo "== the renderer is set up"
