"""`python -m unmid`."""

import sys

from unmid.cli import main

sys.exit(main())
