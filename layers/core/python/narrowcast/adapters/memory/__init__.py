"""Every port in memory: for tests, rehearsals and anyone who tries the use cases without AWS."""
