"""The pages of letters: the referee's, the candidate's, and the acts of HR."""

from tracker.letters import candidate_views, desk_views, referee_views  # noqa: F401 - they hang on the blueprint
from tracker.letters.blueprint import blueprint

__all__ = ["blueprint"]
