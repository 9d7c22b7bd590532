"""Official texts from the addresses the catalogue names: fetch, check, keep, ingest, report."""
