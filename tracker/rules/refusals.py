"""Domain errors: each is named for the fact, carries its sentence, and knows its HTTP status."""

from http import HTTPStatus

from tracker.rules.sentences import Sentence, say


class Refusal(Exception):
    """Something that cannot be done as things stand. Nothing has been done."""

    status: int = HTTPStatus.CONFLICT

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class Stale(Refusal):
    """Somebody else changed it first."""

    def __init__(self, sentence: Sentence | None = None) -> None:
        super().__init__(
            sentence or say("Somebody changed this in the meantime. Look at it as it is now, and try again.")
        )


class DeadlinePassed(Refusal):
    pass


class NotAllowedNow(Refusal):
    """An obstacle of a move or another state in the way."""


class Invalid(Refusal):
    """Input that cannot be taken; where a form is shown, its own errors say it by the field instead."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class Forbidden(Refusal):
    status = HTTPStatus.FORBIDDEN


class TooMany(Refusal):
    """Tried too often; wait."""

    status = HTTPStatus.TOO_MANY_REQUESTS
