"""Questions about AI policy -> grounded answers. See :mod:`assistant.model` for the vocabulary."""
