"""`python -m qattention`."""

import sys

from qattention.cli.main import main

sys.exit(main())
