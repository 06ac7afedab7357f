"""Loaders by their names on the command, and what the closed forms and the bloqs call them."""

from __future__ import annotations

LoaderName = str  # a key of FORM_NAMES; a user's own is entered by `lowering.user_loader`, as module:Class
# On the command line -> as the closed forms and the bloqs name it.
FORM_NAMES: dict[LoaderName, str] = {
    "qrom": "qrom",
    "qroam": "select-swap",
    "one-hot": "one-hot",
    "one-hot-swap": "one-hot",
    "qroam-dirty": "dirty-select-swap",
    "bucket-brigade": "bucket-brigade",
    "bucket-brigade-parallel": "bucket-brigade-parallel",
    "swap-network": "swap-network",
    "hardware": "hardware",
}
BLOCKED: tuple[LoaderName, ...] = ("qroam", "qroam-dirty", "one-hot-swap")
ASSUMED: tuple[LoaderName, ...] = ("hardware",)  # no circuit: taken only when asked for
