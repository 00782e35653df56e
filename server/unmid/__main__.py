"""`python -m unmid`."""

import sys

if not sys.flags.safe_path:
    # Python puts the working folder first among the places that it imports from, and a draft's folder is not for that:
    # it may hold a `regex.py`.
    del sys.path[0]

from unmid.cli import main

sys.exit(main())
