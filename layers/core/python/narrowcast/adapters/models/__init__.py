"""Drafters. Whatever they write is checked against the facts before a person sees it; nothing here is trusted."""
