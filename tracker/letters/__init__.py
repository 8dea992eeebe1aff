"""Letters of reference: asked from a referee by a secret link, written once, never seen by the candidate."""
