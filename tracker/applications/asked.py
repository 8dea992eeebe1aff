"""One question as its page asks it: what stands in the fields, and what is said beside each of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracker.applications.answering import Place
from tracker.applications.drafts import Draft, Files, most_bytes, most_pages
from tracker.applications.posted import date_parts, name_of
from tracker.rules.answers import ENTRY_FIELDS, INSTITUTION_FIELDS, EntryField, FieldKind
from tracker.rules.questions import Question, QuestionType
from tracker.rules.sentences import Sentence

ENTRIES_KEPT = 100


@dataclass(frozen=True)
class Line:
    """A thing to mend, said in the summary and beside the field that the link leads to."""

    target: str
    sentence: Sentence


@dataclass
class Asked:
    question: Question
    value: Any
    """Kept or as typed; both read the same in the fields."""
    version: int
    files: Files = field(default_factory=Files)
    errors: list[Sentence] = field(default_factory=list)
    """About the answer as a whole."""
    places: dict[Place, Sentence] = field(default_factory=dict)
    """About one field of it."""
    theirs: Any = None
    """What another window saved meanwhile."""
    is_stale: bool = False
    blank_rows: int = 0

    @property
    def name(self) -> str:
        return name_of(self.question)

    @property
    def fields(self) -> tuple[EntryField, ...]:
        return INSTITUTION_FIELDS if self.is_institution else ENTRY_FIELDS.get(self.question.type, ())

    @property
    def is_institution(self) -> bool:
        return self.question.type is QuestionType.INSTITUTION

    @property
    def has_entries(self) -> bool:
        return self.question.type in ENTRY_FIELDS

    @property
    def is_file(self) -> bool:
        return self.question.type is QuestionType.FILE

    @property
    def is_untouched(self) -> bool:
        """Nothing answered, nothing to mend: it looks the same to everybody. A file has addresses of its draft."""
        return not self.is_file and self == Asked(self.question, None, 0)

    @property
    def rows(self) -> list[Mapping[str, Any]]:
        """The entries, then as many blank ones as the page wants; a required list begins with one."""
        kept = list(self.value) if isinstance(self.value, list) else []
        blank = self.blank_rows or (1 if self.question.required and not kept else 0)
        return (kept + [{} for _ in range(blank)])[:ENTRIES_KEPT]

    @property
    def has_room(self) -> bool:
        most = [limit for limit in (self.question.limit.entries, self.question.limit.max) if limit is not None]
        return len(self.rows) < int(min([*most, ENTRIES_KEPT]))

    def error_at(self, number: int | None, key: str) -> Sentence | None:
        """Beside the field, its name need not be said again."""
        said = self.places.get((number, key))
        problem = said.values.get("problem") if said else None
        return problem if isinstance(problem, Sentence) else said

    def target(self, place: Place | None = None) -> str:
        """The id of the field that a link leads to."""
        if place is None or place[1] is None:
            return self._first_field()
        number, key = place
        row = "" if number is None else f"-{number - 1}"
        kind = next((one.kind for one in self.fields if one.key == key), None)
        part = {FieldKind.MONTH: "-month", FieldKind.DATE: "-day"}.get(kind, "") if kind else ""
        return f"{self.name}{row}-{key}{part}"

    def _first_field(self) -> str:
        match self.question.type:
            case QuestionType.DATE:
                return f"{self.name}-day"
            case QuestionType.CHOICE | QuestionType.CHOICES:
                return f"{self.name}-0"
            case QuestionType.INSTITUTION:
                return f"{self.name}-name"
        if self.has_entries:
            return f"{self.name}-0-{self.fields[0].key}" if self.rows else f"{self.name}-add"
        return self.name

    @property
    def lines(self) -> list[Line]:
        """Everything to mend, in the order of the page."""
        order = {field.key: place for place, field in enumerate(self.fields)}
        places = sorted(self.places, key=lambda place: (place[0] or 0, order.get(place[1] or "", -1)))
        whole = [Line(self.target(), sentence) for sentence in self.errors]
        return whole + [Line(self.target(place), self.places[place]) for place in places]

    @property
    def megabytes(self) -> int:
        return most_bytes(self.question) // (1024 * 1024)

    @property
    def pages(self) -> int:
        return most_pages(self.question)

    def parts(self, value: object) -> dict[str, str]:
        return date_parts(value)

    def tell(self, sentences: Iterable[Sentence]) -> None:
        """Put each sentence where it belongs: by its field if it speaks of one, else above the answer."""
        for sentence in sentences:
            place = self._place_of(sentence)
            if place is None:
                self.errors.append(sentence)
            else:
                self.places.setdefault(place, sentence)

    def _place_of(self, sentence: Sentence) -> Place | None:
        label, number = sentence.values.get("field"), sentence.values.get("number")
        key = next((one.key for one in self.fields if one.label == label), None)
        return (number if isinstance(number, int) else None, key) if key else None


def asked_in(draft: Draft, questions: Sequence[Question], *, check: bool) -> list[Asked]:
    """The questions of a page as they are kept; with `check`, with everything that is still to mend."""
    shown = []
    for question in questions:
        asked = Asked(
            question, draft.value(question.key), draft.version(question.key), files=draft.files_of(question.key)
        )
        if check:
            asked.tell(draft.problems_of(question))
        shown.append(asked)
    return shown
