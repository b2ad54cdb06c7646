"""What people write in a column as values: marks of nothing, numbers, scales, days, ids. By whole columns."""
