"""What is known of each bloq, one record each: tests, pages, diagrams and the command all read it.

Importing this package imports no Qualtran; building a bloq does.
"""

from qattention.catalogue.record import RUNGS, BloqRecord, Size
from qattention.catalogue.records import RECORDS, find_record, record_slugs

__all__ = ["RECORDS", "RUNGS", "BloqRecord", "Size", "find_record", "record_slugs"]
