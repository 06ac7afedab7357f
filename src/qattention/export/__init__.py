"""Programs and circuits for other tools: OpenQASM 3 and Cirq."""
