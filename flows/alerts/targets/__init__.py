"""One file a kind of target: an alert in its markup, an attempt, and what its answer means."""
