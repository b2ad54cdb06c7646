"""Score: text to language and VADER score. No network, no DuckDB, no prefect on this floor."""
