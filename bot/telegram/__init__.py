"""Telegram: receives by polling or webhook, lays replies out, sends them within its limits."""
