#!/usr/bin/env bash
# Can Qualtran store its own And gate with the protobuf that it is installed with?
#
# Versions: Python 3.11 or newer, qualtran 0.7.0, protobuf 7.36.2 (what pip takes by itself) and 6.31.1.
# Qualtran asks for any protobuf. It stores a true/false field of a bloq as a number, which protobuf refuses
# from 7.34 on ("Expected an int, got a boolean"): And() cannot be written, nor TGate(), nor a circuit that
# holds one; CNOT(), which has no such field, can. With 6.31.1 all of them come back equal.
# Exit code 0 while all of that holds, 1 when something has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
cat > "$folder/store.py" << 'PYTHON'
import sys

import google.protobuf
from qualtran.bloqs.basic_gates import CNOT, TGate
from qualtran.bloqs.mcmt import And
from qualtran.serialization.bloq import bloqs_from_proto, bloqs_to_proto


def stored(bloq):
    try:
        return "comes back equal" if bloqs_from_proto(bloqs_to_proto(bloq))[0] == bloq else "changed"
    except TypeError as error:
        return f"TypeError: {error}"


told = {str(bloq): stored(bloq) for bloq in (CNOT(), TGate(), And())}
for name, outcome in told.items():
    print(f"protobuf {google.protobuf.__version__}: {name}: {outcome}")
refused = [name for name, outcome in told.items() if "got a boolean" in outcome]
equal = [name for name, outcome in told.items() if outcome == "comes back equal"]
wanted = (["T", "And"], ["CNOT"]) if sys.argv[1] == "refused" else ([], ["CNOT", "T", "And"])
sys.exit((refused, equal) != wanted)
PYTHON
"$folder/env/bin/pip" install --quiet --disable-pip-version-check 'qualtran==0.7.0' 'protobuf==7.36.2'
"$folder/env/bin/python" "$folder/store.py" refused
"$folder/env/bin/pip" install --quiet --disable-pip-version-check 'protobuf==6.31.1'
"$folder/env/bin/python" "$folder/store.py" stored
