"""Telegram: receives by polling or webhook, lays replies out, sends them within its limits."""

import os

# Periods as timedeltas, which is what the library is moving to; without it every 429 is also a warning.
os.environ.setdefault("PTB_TIMEDELTA", "true")
