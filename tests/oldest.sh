#!/usr/bin/env bash
# Run the tests with the lowest versions that pyproject.toml allows, in a virtual environment of a temporary folder.
# Arguments go to pytest: tests/oldest.sh tests/io -n 2
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset PYTHONPATH VIRTUAL_ENV

"${PYTHON:-python3.11}" -m venv "$work/venv"
log=$work/pip.log
"$work/venv/bin/pip" install -c tests/oldest.txt ".[test]" >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }
# The sources of this folder are tested, not the copy that came along with what they need.
PYTHONPATH=$PWD "$work/venv/bin/python" -m pytest -p no:cacheprovider "$@"
