"""What people write into a cell, as the value they mean: numbers, stars, scales, yes and no, nothing at all."""
