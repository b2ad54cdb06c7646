"""The published file read: opened whole, queried, as frames, exported."""
