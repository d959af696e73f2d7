"""The worked examples of the clinical reference §7, played against a pair of services."""
