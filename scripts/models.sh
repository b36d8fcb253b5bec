#!/usr/bin/env bash
# Installs the default detector into CATSEYE_HOME (default: ~/.local/share/catseye), unless it is there and unharmed.
set -eu
cd "$(dirname "$0")/.."
echo "== detector"
.venv/bin/catseye models fetch
