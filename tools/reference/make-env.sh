#!/usr/bin/env bash
# make-env.sh NAME [DIR]: builds the Python environment NAME (a file of environments/ pins its packages) in DIR.
# DIR is by default QUADRUPOLE_ENVS/NAME, or ~/.cache/quadrupole/envs/NAME. PYTHON names the interpreter (3.11 was used).
# Only golden values, benchmark rivals and interop tests need these environments; the package and its tests never do.
set -eu
pins=$(cd "$(dirname "$0")/environments" && pwd)
name=${1:-}
if [ -z "$name" ] || [ ! -f "$pins/$name.txt" ]; then
  echo "usage: make-env.sh NAME [DIR], with NAME one of: $(cd "$pins" && ls -- *.txt | sed 's/\.txt$//' | tr '\n' ' ')" >&2
  exit 2
fi
folder=${2:-${QUADRUPOLE_ENVS:-${XDG_CACHE_HOME:-$HOME/.cache}/quadrupole/envs}/$name}

"${PYTHON:-python3}" -m venv "$folder"
"$folder/bin/python" -m pip install --disable-pip-version-check --requirement "$pins/$name.txt"
"$folder/bin/python" -m pip check
"$folder/bin/python" -m pip freeze > "$folder/freeze.txt"
echo "built $folder"
