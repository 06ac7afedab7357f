"""The reusable parts, as Qualtran bloqs; they know no problem and no reference.

A library of its own: `from qattention.bloqs import KeyTable, QROMLoad` (docs/qualtran.md). Nothing is
imported before it is asked for: the names are those of the stub beside this file, which `make sync` writes.
`register_bloqs()` lets Qualtran read stored ones back.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
