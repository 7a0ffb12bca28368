"""The API's own modules: the gate, the routes, the pages."""
