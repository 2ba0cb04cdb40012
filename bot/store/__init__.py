"""Where sessions, marks and owed replies are kept."""
