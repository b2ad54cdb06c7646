"""One module a group of commands; imported when called, so that a query does not pay for Prefect's import."""
