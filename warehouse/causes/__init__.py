"""Causes: what the change of an episode is made of, jointly, each part with its interval; see docs/trends.md."""

from earful.warehouse.causes.published import fill, forget_changed

__all__ = ["fill", "forget_changed"]
