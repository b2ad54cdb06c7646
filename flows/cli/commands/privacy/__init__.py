"""What must go: an author's posts, what is older than its term, an old secret."""
