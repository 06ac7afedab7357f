"""The version: of the package, in every estimate, and of the command."""

__version__ = "0.1.0"
