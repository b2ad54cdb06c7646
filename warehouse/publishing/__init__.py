"""The file that POMs open: its base, its views and what is computed for it."""
