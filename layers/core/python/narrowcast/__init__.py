"""窄播 Narrowcast: the hospital's facts, signed, to the one patient whom they concern.

Imports go one way: functions > runtime > adapters > {application, contracts} > domain (design law, enforced by
import-linter and tests/architecture).
"""
