"""Views: decode, one use case, encode."""
