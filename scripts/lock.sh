#!/usr/bin/env bash
# Rewrites the hash-locked requirements from pyproject.toml. Needs uv (pip install uv).
set -eu
cd "$(dirname "$0")/.."
common=(--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q pyproject.toml --extra onnx --group build)
uv pip compile "${common[@]}" -o requirements.txt
uv pip compile "${common[@]}" --group dev --extra studio -c requirements.txt -o requirements-dev.txt
