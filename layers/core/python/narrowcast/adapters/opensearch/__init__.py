"""Retrieval on OpenSearch."""
