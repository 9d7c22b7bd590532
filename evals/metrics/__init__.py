"""One metric a file; each states its exact definition and where it comes from."""
