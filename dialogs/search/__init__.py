"""Finds records by people's own words."""

from dialogs.search.finding import Search

__all__ = ["Search"]
