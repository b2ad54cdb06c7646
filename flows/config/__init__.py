"""``earful.toml``: read, checked, explained."""
