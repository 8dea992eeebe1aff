"""A living institute to click through: people, positions in every state, and applications on their way."""

from tracker.demo.building import build
from tracker.demo.staff import SignIn

__all__ = ["SignIn", "build"]
