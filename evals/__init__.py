"""Evaluation suites and benchmarks over the whole system."""
