"""Blocks of pairs in place of rows: phases that stop early, and one certificate over all pairs."""
