"""Files on disk as batches of rows: how they are packed, written and laid out."""
