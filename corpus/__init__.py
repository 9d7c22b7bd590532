"""Data only: the catalogue of acts, our digests, measures and the glossary."""
