"""What holds for every test: a slow or busy machine is no failure of a property."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("narrowcast", deadline=None)
settings.load_profile("narrowcast")
