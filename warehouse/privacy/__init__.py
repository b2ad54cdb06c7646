"""What must go: erasure, retention, deletions at the source, pseudonyms."""
