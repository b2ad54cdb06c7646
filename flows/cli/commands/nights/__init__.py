"""Running nights: one night, a backfill, gaps, the schedule and what to look at it with."""
