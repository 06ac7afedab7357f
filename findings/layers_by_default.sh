#!/usr/bin/env bash
# Which layers of a Kimi Linear model attend, if its config.json numbers only those that do?
#
# Versions: Python 3.11 or newer, transformers 5.24.0 (torch is not needed for configurations).
# Files of the type number the layers from 1 in two lists of `linear_attn_config`: those that attend and those
# that do not. With both, layers 4, 8, ..., 24 and 27 of 27 attend. With the first list alone, which says as much,
# the class passes it over without a word and takes its own default: every fourth from 0 without the first, so
# layers 5, 9, ..., 25 counted from 1: six layers for seven, and none of them the same.
# Exit code 0 while all of that holds, 1 when something has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check 'transformers==5.24.0'
cat > "$folder/layers.py" << 'PYTHON'
import sys

from transformers import KimiLinearConfig

ATTEND = [4, 8, 12, 16, 20, 24, 27]
OTHERS = [i for i in range(1, 28) if i not in ATTEND]


def attending(**lists):
    sizes = {"head_dim": 128, "num_heads": 32, "short_conv_kernel_size": 4}
    config = KimiLinearConfig(num_hidden_layers=27, linear_attn_config={**sizes, **lists})
    return [i + 1 for i, kind in enumerate(config.layer_types) if kind == "full_attention"]


both = attending(full_attn_layers=ATTEND, kda_layers=OTHERS)
one = attending(full_attn_layers=ATTEND)
print(f"both lists: layers {both} attend, from 1")
print(f"the first alone: layers {one} attend")
sys.exit((both, one) != (ATTEND, [5, 9, 13, 17, 21, 25]))
PYTHON
TRANSFORMERS_VERBOSITY=error "$folder/env/bin/python" "$folder/layers.py"
