"""A company's facts and a support measure or duty -> met, not met or unknown, criterion by criterion.

The rules are data (``corpus/measures``), each with the provisions it rests on; see
:mod:`assistant.eligibility.check` for the way from a profile to a verdict.
"""
