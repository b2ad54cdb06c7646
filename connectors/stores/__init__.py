"""App stores, one file each: reviews and their stars."""
