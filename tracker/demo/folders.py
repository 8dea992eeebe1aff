"""The documents of the demo's applications: named for the first ones, a shared stock without names for the many."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.demo import papers
from tracker.demo.courses import Course
from tracker.demo.phrases import phrases

STOCK = 8


@dataclass(frozen=True)
class Files:
    named: dict[tuple[int, str], bytes]
    stock: dict[str, list[bytes]]

    def of(self, number: int, kind: str) -> bytes:
        """The document of this kind for the application of that number."""
        ready = self.named.get((number, kind))
        return ready if ready is not None else self.stock[kind][number % len(self.stock[kind])]


def set_files(courses: Sequence[Course]) -> Files:
    """Set the papers of these applications, and the stock, all at once."""
    sheets: dict[tuple[int | None, str], list[papers.Sheet]] = {}
    for course in courses:
        name, given = course.candidate.name, course.answers
        sheets[(course.number, "cv")] = [papers.cv(name, given)]
        sheets[(course.number, "transcript")] = [papers.transcript(name, given)]
    sheets[(None, "cv")] = [papers.cv("", one.answers) for one in courses[:STOCK]]
    sheets[(None, "transcript")] = [papers.transcript("", one.answers) for one in courses[:STOCK]]
    sheets[(None, "letter")] = [papers.reference("A referee", "University", text) for text in phrases("letters")]
    essays = [papers.essay("Writing sample", [text]) for text in phrases("thesis_summaries")]
    sheets[(None, "paper")] = sheets[(None, "writing_sample")] = essays
    made = iter(papers.set_sheets([sheet for group in sheets.values() for sheet in group]))
    ready = {key: [next(made) for _ in group] for key, group in sheets.items()}
    return Files(
        named={(number, kind): group[0] for (number, kind), group in ready.items() if number is not None},
        stock={kind: group for (number, kind), group in ready.items() if number is None},
    )
