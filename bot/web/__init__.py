"""The browser: the same dialogue for people, the handbook, and what watches over the service."""
