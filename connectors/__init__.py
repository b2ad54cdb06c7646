"""Pull: a service's answers in, pages of posts out. No prefect, no DuckDB, no sentiment on this floor."""
