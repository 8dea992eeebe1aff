"""What happens next and when: the way of an application through this position, in the words meant for candidates."""

from dataclasses import dataclass
from datetime import datetime

from tracker.models import Position, PositionState, StageKind
from tracker.plumbing.i18n import gettext as _
from tracker.plumbing.i18n import said
from tracker.plumbing.moments import day, moment
from tracker.rules.deadlines import is_past
from tracker.workflows.plans import PlannedStage, plan_of

TOLD = (StageKind.INTAKE, StageKind.REVIEW, StageKind.SHORTLIST, StageKind.INTERVIEW, StageKind.OFFER)


@dataclass(frozen=True)
class Step:
    """One line of the timeline macro."""

    title: str
    at: str = ""
    text: str = ""
    state: str = "next"
    kind: str = ""
    icon: str = ""
    by: str = ""


def journey(position: Position, now: datetime) -> list[Step]:
    closed = position.state not in {PositionState.DRAFT, PositionState.PUBLISHED} or is_past(position.closes_at, now)
    steps = [
        Step(
            title=_("Apply online"),
            at=_("until %(moment)s", moment=moment(position.closes_at, position.time_zone))
            if position.closes_at
            else "",
            text=""
            if closed
            else _("You can start today, leave, and go on where you were. Nothing is sent until you send it."),
            state="done" if closed else "now",
            icon="pencil",
        )
    ]
    steps += [_step(stage) for stage in plan_of(position).stages if stage.kind in TOLD]
    if position.decision_by:
        steps.append(
            Step(
                title=_("You hear the outcome of the first round"),
                at=_("by %(day)s", day=day(position.decision_by)),
                text=_("Everyone who applies receives an answer, whatever it is."),
                icon="mail",
            )
        )
        _place_answer(steps)
    if position.starts_on:
        steps.append(Step(title=_("The position starts"), at=day(position.starts_on), icon="flag"))
    return steps


def _step(stage: PlannedStage) -> Step:
    return Step(title=said(stage.applicant_label), text=said(stage.next_words), kind=stage.kind.value)


def _place_answer(steps: list[Step]) -> None:
    """The answer stands after the first reading, where there is one."""
    answer = steps.pop()
    review = next((at for at, step in enumerate(steps) if step.kind == StageKind.REVIEW), len(steps) - 1)
    steps.insert(review + 1, answer)
