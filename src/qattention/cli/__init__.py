"""The command. Thin: it parses, calls one function, prints; heavy imports are inside the commands."""
