"""Measurements of a whole installation: what takes how long, and whether every citation is exact."""
