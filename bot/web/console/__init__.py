"""The operators' console: the same base as a call script, by keyboard."""
