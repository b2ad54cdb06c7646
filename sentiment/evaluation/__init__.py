"""Scores against what people said, and words learned from that."""
