"""The command line as ``python -m xrdmatch``."""

import sys

from xrdmatch._cli import main

if __name__ == "__main__":
    sys.exit(main())
