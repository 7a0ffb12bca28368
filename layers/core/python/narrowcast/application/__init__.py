"""Use cases over ports: command handling (the only writer), projections, queries, policies. Knows no AWS."""
