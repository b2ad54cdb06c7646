"""Reddit through PRAW."""
