"""Bytes too large or too raw for a table."""
