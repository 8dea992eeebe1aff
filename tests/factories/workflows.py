"""A small workflow: draft → intake → review → shortlist, with rejected and withdrawn beside it."""

from collections.abc import Mapping, Sequence

from tracker.models import Asks, Move, Stage, StageKind, Workflow
from tracker.plumbing.database import db

STAGES = (
    ("draft", StageKind.DRAFT, "Draft"),
    ("intake", StageKind.INTAKE, "Intake"),
    ("review", StageKind.REVIEW, "Review"),
    ("shortlist", StageKind.SHORTLIST, "Shortlist"),
    ("rejected", StageKind.REJECTED, "Not selected"),
    ("withdrawn", StageKind.WITHDRAWN, "Withdrawn"),
)
MOVES: tuple[tuple[str, tuple[str, ...], str, list[str], Asks, str | None, str], ...] = (
    ("submit", ("draft",), "intake", ["candidate"], Asks.NONE, "acknowledgement", "forward"),
    ("start_review", ("intake",), "review", ["chair", "hr"], Asks.NONE, None, "forward"),
    ("shortlist", ("review",), "shortlist", ["chair", "hr"], Asks.NONE, "shortlisted", "forward"),
    ("reject", ("intake", "review", "shortlist"), "rejected", ["chair", "hr"], Asks.REQUIRED, "not_selected", "reject"),
    ("withdraw", ("intake", "review", "shortlist"), "withdrawn", ["candidate"], Asks.OPTIONAL, "withdrawn", "withdraw"),
    ("back_to_review", ("shortlist",), "review", ["hr"], Asks.REQUIRED, None, "back"),
)


def make_workflow(
    *, is_copy: bool = False, conditions: Mapping[str, Sequence[str]] | None = None, reviews_wanted: int = 2
) -> Workflow:
    """`conditions` by the key of a move: {"shortlist": ["enough_reviews"]}; none unless named."""
    workflow = Workflow(key="small", name={"en": "Small", "nl": "Klein"}, is_copy=is_copy)
    stages = {key: _stage(key, kind, label, place, reviews_wanted) for place, (key, kind, label) in enumerate(STAGES)}
    workflow.stages = list(stages.values())
    db.session.add(workflow)
    db.session.flush()
    place = 0
    for key, sources, target, by, asks, message, style in MOVES:
        for source in sources:
            move = Move(
                workflow_id=workflow.id,
                key=key,
                from_stage_id=stages[source].id,
                to_stage_id=stages[target].id,
                label={"en": key.replace("_", " ").capitalize(), "nl": f"{key} (nl)"},
                by=by,
                conditions=list((conditions or {}).get(key, ())),
                asks_reason=asks,
                message_key=message,
                style=style,
                place=place,
            )
            place += 1
            db.session.add(move)
    db.session.flush()
    db.session.refresh(workflow)
    return workflow


def _stage(key: str, kind: StageKind, label: str, place: int, reviews_wanted: int) -> Stage:
    in_review = kind is StageKind.REVIEW
    return Stage(
        key=key,
        kind=kind,
        label={"en": label, "nl": f"{label} (nl)"},
        applicant_label={"en": f"{label} for you", "nl": f"{label} voor jou"},
        next_words={"en": f"After {label.lower()} you hear from us.", "nl": "Je hoort van ons."},
        is_blind=in_review,
        takes_reviews=in_review,
        reviews_wanted=reviews_wanted if in_review else 0,
        place=place,
    )


def stage_of(workflow: Workflow, key: str) -> Stage:
    return next(stage for stage in workflow.stages if stage.key == key)


def move_of(workflow: Workflow, key: str, source: str | None = None) -> Move:
    """The move of that key; the one out of `source` where several stages have it."""
    return next(
        move for move in workflow.moves if move.key == key and (source is None or move.from_stage.key == source)
    )
