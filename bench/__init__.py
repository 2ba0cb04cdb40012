"""Measures our service beside bots written in the usual way. `make bench` writes RESULTS.md."""
