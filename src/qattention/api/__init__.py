"""The verbs of the library: what the command does, by the same names, with the same defaults and numbers."""
