"""Posts and scores into the store, one transaction a (channel, product, window)."""
