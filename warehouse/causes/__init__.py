"""Causes: what the change of an episode is made of, jointly, each part with its interval; see docs/trends.md."""
