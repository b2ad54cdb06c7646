"""VADER's four numbers, bit for bit those of the package, for whole columns."""
