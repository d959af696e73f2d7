"""An example for every operation of both documents: each names a record of the demo data it can be done to."""
