"""The package that ``earful connector new`` writes: a connector of one's own, with its test."""
