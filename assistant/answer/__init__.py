"""Ranked provisions -> an answer whose every claim is quoted and verified, or an abstention."""
