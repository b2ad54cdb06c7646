"""Posts of made-up people, generated from a seed, without any network."""
