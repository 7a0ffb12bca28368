"""`python -m narrowcast.cli`."""

from __future__ import annotations

import sys

from narrowcast.cli import main

if __name__ == "__main__":
    sys.exit(main())
