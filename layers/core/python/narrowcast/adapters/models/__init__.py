"""Drafters, and second opinions on drafts. Nothing here is trusted: drafts are checked, opinions can only refuse."""
