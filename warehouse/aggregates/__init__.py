"""Days and what is known of them: coverage, completeness, sums computed anew."""
