#!/usr/bin/env bash
# Does a Gemma 3 encoder keep the window of its config.json when it is saved?
#
# Versions: Python 3.11 or newer, transformers 5.24.0 (torch is not needed for configurations).
# With `use_bidirectional_attention` the class turns the file's `sliding_window`, a number of keys on both sides
# together, into half of it plus one, and undoes that on saving. 512 becomes 257 and is saved as 512; 513 becomes
# 257, too, and is saved as 512; 1 is saved as 0, which elsewhere means that there is no window.
# Exit code 0 while all of that holds, 1 when something has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check 'transformers==5.24.0'
cat > "$folder/window.py" << 'PYTHON'
import sys

from transformers import Gemma3TextConfig

seen = {}
for window in (512, 513, 1):
    config = Gemma3TextConfig(sliding_window=window, use_bidirectional_attention=True)
    seen[window] = (config.sliding_window, config.to_dict()["sliding_window"])
    print(f"sliding_window {window}: the class holds {seen[window][0]} and saves {seen[window][1]}")
sys.exit(seen != {512: (257, 512), 513: (257, 512), 1: (1, 0)})
PYTHON
TRANSFORMERS_VERBOSITY=error "$folder/env/bin/python" "$folder/window.py"
