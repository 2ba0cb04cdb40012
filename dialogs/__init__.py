"""The core: what is asked, what answers mean, and which guidance follows.

Plain functions over frozen values: no network, no disk, no clock, no `await`.
"""
