#!/bin/sh
# Make the interpreter that runs inside the grading box: SANDBOX_DIR, or .sandbox beside this folder.
# Safe to run again: does nothing while the pins, the interpreter and these two scripts are unchanged.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
target=${SANDBOX_DIR:-$root/.sandbox}
pins=$root/requirements/sandbox.txt
describe=$root/scripts/describe_interpreter.py
# The base interpreter, so that the box never depends on the project's own environment.
base=$("${PYTHON:-python3}" -I -c 'import os, sys; print(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))')

stamp=$({ "$base" -VV; echo "$base"; cat "$pins" "$describe" "$0"; } | sha256sum | cut -d ' ' -f 1)
if [ -f "$target/stamp" ] && [ "$(cat "$target/stamp")" = "$stamp" ]; then
    exit 0
fi
if [ -e "$target" ] && [ ! -f "$target/pyvenv.cfg" ]; then
    echo "make_sandbox: $target exists and is no virtual environment. Nothing was changed; move it away or set SANDBOX_DIR." >&2
    exit 1
fi

# Built beside its place and moved when complete: a grader never meets half a sandbox.
new=$target.new.$$
trap 'rm -rf "$new" "$new.old"' EXIT
trap 'exit 1' HUP INT TERM
if [ -x "$root/.venv/bin/uv" ]; then
    "$root/.venv/bin/uv" venv --quiet --no-project --python "$base" "$new"
    "$root/.venv/bin/uv" pip install --quiet --system-certs --python "$new/bin/python" --require-hashes --compile-bytecode -r "$pins"
else
    "$base" -I -m venv "$new"
    "$new/bin/python" -I -m pip install --quiet --disable-pip-version-check --require-hashes -r "$pins"
fi
"$new/bin/python" -I "$describe" "$new" "$target" > "$new/box.json"
echo "$stamp" > "$new/stamp"
chmod -R a+rX "$new"
[ ! -e "$target" ] || mv "$target" "$new.old"
mv "$new" "$target"
echo "make_sandbox: $target is ready."
