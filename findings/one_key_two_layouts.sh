#!/usr/bin/env bash
# Which layers of a Qwen2 model are windowed when its config.json says `max_window_layers`?
#
# Versions: Python 3.11 or newer, transformers 5.24.0 (torch is not needed for configurations).
# With `use_sliding_window` and `max_window_layers` 2, eight layers: type qwen2 windows the six from the third
# on; type qwen2_moe windows the first alone (every other layer below the number). The key has one name, and its
# two classes make different layers of it, so a reader of files has to know the type.
# Exit code 0 while all of that holds, 1 when something has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check 'transformers==5.24.0'
cat > "$folder/layers.py" << 'PYTHON'
import sys

from transformers import Qwen2Config, Qwen2MoeConfig

sizes = {"num_hidden_layers": 8, "use_sliding_window": True, "max_window_layers": 2}
windowed = {}
for config in (Qwen2Config(**sizes), Qwen2MoeConfig(**sizes)):
    windowed[config.model_type] = [i for i, kind in enumerate(config.layer_types) if kind == "sliding_attention"]
    print(f"{config.model_type}: windowed layers, from 0: {windowed[config.model_type]}")
sys.exit(windowed != {"qwen2": [2, 3, 4, 5, 6, 7], "qwen2_moe": [0]})
PYTHON
TRANSFORMERS_VERBOSITY=error "$folder/env/bin/python" "$folder/layers.py"
