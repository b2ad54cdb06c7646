"""What is told of files besides their posts: counts, coverage, reports."""
