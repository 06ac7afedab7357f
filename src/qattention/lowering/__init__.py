"""Bloqs to gates: `lower`, and what is measured on gate programs (counts, schedules)."""
