"""A quantum resource estimation compiler for Grover-search sparse attention (arXiv:2307.08045)."""

__version__ = "0.1.0"
