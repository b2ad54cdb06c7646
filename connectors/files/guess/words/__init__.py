"""What columns and answers are called, in the languages that exports come in."""
