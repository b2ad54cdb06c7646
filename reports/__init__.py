"""Show: the published file in, one HTML page out. Reads nothing but the published file."""
