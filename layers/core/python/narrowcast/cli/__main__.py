"""`python -m narrowcast.cli`."""

from __future__ import annotations

import sys

from narrowcast.cli import main

sys.exit(main())
