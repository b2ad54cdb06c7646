"""VADER compiled by numba: the package's rules in the package's order."""
