#!/usr/bin/env bash
# Does a reader of OpenQASM 3 use the gates that a program defines?
#
# Versions: Python 3.11 or newer, pennylane 0.45.1 with openqasm3[parser] 1.0.1, qiskit 2.6.2 with
# qiskit-qasm3-import 0.6.0.
# In OpenQASM 3 only U and gphase are built in; `h` is an ordinary name until a program includes
# stdgates.inc or defines it (language specification, "Gates"). The program below includes nothing and defines
# `h` as a rotation by pi, so that a qubit in |0> is read as 1 with certainty. Qiskit reads it so. PennyLane
# takes the Hadamard that it knows by that name, without a word: 0 and 1 with probability 1/2 each. The same
# gate under another name (`turn`, a rotation in terms of ry) is read from its definition.
# Exit code 0 while all of that holds, 1 when something has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check \
    'pennylane==0.45.1' 'openqasm3[parser]==1.0.1' 'qiskit==2.6.2' 'qiskit-qasm3-import==0.6.0'
"$folder/env/bin/python" - << 'PYTHON'
import sys

import pennylane
from qiskit import qasm3
from qiskit.quantum_info import Statevector

REDEFINED = "OPENQASM 3.0; gate h a { U(pi, 0, pi) a; } qubit q0; h q0;"
RENAMED = "OPENQASM 3.0; gate turn a { ry(pi) a; } qubit q0; turn q0;"


def in_pennylane(text):
    @pennylane.qnode(pennylane.device("default.qubit", wires=["q0"]))
    def circuit():
        pennylane.from_qasm3(text)()
        return pennylane.probs(wires="q0")

    return round(float(circuit()[1]), 6)


told = {
    "h defined, Qiskit": round(float(Statevector(qasm3.loads(REDEFINED)).probabilities()[1]), 6),
    "h defined, PennyLane": in_pennylane(REDEFINED),
    "turn defined, PennyLane": in_pennylane(RENAMED),
}
for case, probability in told.items():
    print(f"{case}: 1 with probability {probability}")
sys.exit(list(told.values()) != [1.0, 0.5, 1.0])
PYTHON
