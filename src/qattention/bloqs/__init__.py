"""The reusable parts, as Qualtran bloqs; they know no problem and no reference."""
