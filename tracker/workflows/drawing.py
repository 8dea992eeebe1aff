"""The picture of a workflow: a spine of stages from top to bottom, the ends beside it, and a line for every move.

Neighbours are joined by straight arrows. Other moves along the spine run in lanes on its left, moves to the ends in
lanes between the two columns; a move that several stages share is one lane with several sources.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tracker.models import Move, Stage, StageKind, Words, Workflow

NODE, END = 264, 190
"""Widths of the stages and of the ends."""
GAP, PORT, LANE = 54, 17, 13
LABELS = 158
"""Room for the words of a move beside the stage it leads to."""
MARGIN, RADIUS, HEAD = 14, 7, 6
BACK_X, BESIDE_BACK_X = 34, 140
"""Where straight arrows between neighbours run, from the left edge of the stage; onward ones make way for one back."""
SHORT, LONG = 20, 24


@dataclass
class Node:
    stage: Stage
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


@dataclass(frozen=True)
class Arrow:
    """A move, ready to be drawn."""

    key: str
    style: str
    label: Words = field(hash=False)
    path: str = ""
    head: str = ""
    text_x: int = 0
    text_y: int = 0
    longest: int = LONG
    anchor: str = "start"
    names: tuple[Words, ...] = ()
    """Labels of the stages it starts from, then of the one it leads to."""


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    nodes: list[Node]
    arrows: list[Arrow]
    undrawn: int
    """How many moves back were left out."""


@dataclass
class Line:
    """A move with its sources, before it has a place."""

    moves: Sequence[Move]
    sources: list[Stage]
    target: Stage

    @property
    def first(self) -> Move:
        return self.moves[0]


@dataclass
class Plan:
    """Stages in their columns, and lines by how they run."""

    spine: list[Stage]
    ends: list[Stage]
    straight: list[Line] = field(default_factory=list)
    beside: list[Line] = field(default_factory=list)
    across: list[Line] = field(default_factory=list)
    undrawn: int = 0

    def rank(self, stage: Stage) -> int:
        return self.spine.index(stage)


def draw(workflow: Workflow, *, with_back: bool = False) -> Drawing:
    """The whole picture; without moves back, which are many and seldom, unless asked."""
    plan = _plan(workflow, with_back)
    left = MARGIN + (LABELS + LANE * len(plan.beside) if plan.beside else 0)
    between = LABELS + LANE * (len(plan.across) + 1)
    nodes = {stage.id: node for stage, node in _spine(plan, left)}
    right = left + NODE + between
    ends = _ends(plan, nodes, right)
    nodes |= ends
    arrows = [
        *_straight(plan, nodes),
        *_beside(plan, nodes, left),
        *_across(plan, nodes, left + NODE, right),
    ]
    width = (right + END if ends else left + NODE + LABELS) + MARGIN
    height = max((node.y + node.height for node in nodes.values()), default=0) + MARGIN
    return Drawing(width, height, list(nodes.values()), arrows, plan.undrawn)


def _plan(workflow: Workflow, with_back: bool) -> Plan:
    stages = list(workflow.stages)
    spine = [stage for stage in stages if not stage.kind.is_end or stage.kind is StageKind.HIRED]
    plan = Plan(spine, [stage for stage in stages if stage not in spine])
    for line in _lines(workflow):
        if line.first.style == "back" and not with_back:
            plan.undrawn += 1
            continue
        inside = [stage for stage in line.sources if stage in spine]
        if line.target not in spine or len(inside) < len(line.sources):
            plan.across.append(line)
        else:
            _along(plan, line)
    plan.across.sort(key=lambda line: (-_reach(plan, line), min(_ranks(plan, line), default=0)))
    return plan


def _along(plan: Plan, line: Line) -> None:
    """Straight where stages are neighbours; the rest of its sources share a lane."""
    target = plan.rank(line.target)
    near = [stage for stage in line.sources if abs(plan.rank(stage) - target) == 1]
    far = [stage for stage in line.sources if abs(plan.rank(stage) - target) > 1]
    taken = {(one.sources[0].id, one.target.id) for one in plan.straight}
    for stage in near:
        if (stage.id, line.target.id) in taken:
            far.append(stage)
        else:
            plan.straight.append(Line(line.moves, [stage], line.target))
    if far:
        plan.beside.append(Line(line.moves, far, line.target))


def _lines(workflow: Workflow) -> Iterable[Line]:
    stages = {stage.id: stage for stage in workflow.stages}
    groups: dict[tuple[str, str], list[Move]] = {}
    for move in workflow.moves:
        if move.from_stage_id != move.to_stage_id:
            groups.setdefault((move.key, move.to_stage_id), []).append(move)
    for (_key, target), moves in groups.items():
        yield Line(moves, [stages[move.from_stage_id] for move in moves], stages[target])


def _ranks(plan: Plan, line: Line) -> list[int]:
    return [plan.rank(stage) for stage in [*line.sources, line.target] if stage in plan.spine]


def _reach(plan: Plan, line: Line) -> int:
    ranks = _ranks(plan, line)
    return max(ranks) - min(ranks) if ranks else 0


def _spine(plan: Plan, x: int) -> Iterable[tuple[Stage, Node]]:
    y = MARGIN
    for stage in plan.spine:
        left = sum((stage in line.sources) + (line.target is stage) for line in plan.beside)
        right = sum((stage in line.sources) + (line.target is stage) for line in plan.across)
        height = max(50, PORT * left + 14, 9 * right + 18)
        yield stage, Node(stage, x, y, NODE, height)
        y += height + GAP


def _ends(plan: Plan, spine: dict[str, Node], x: int) -> dict[str, Node]:
    """Each end about as high as the stages that lead to it, long reaches last; none over another."""

    def wish(stage: Stage) -> tuple[bool, float]:
        lines = [line for line in plan.across if line.target is stage]
        middles = [spine[one.id].middle for line in lines for one in line.sources if one.id in spine]
        wide = max((_reach(plan, line) for line in lines), default=0) * 2 > len(plan.spine)
        return wide, sum(middles) / len(middles) if middles else 0.0

    found: dict[str, Node] = {}
    y = MARGIN
    for stage in sorted(plan.ends, key=wish):
        ports = sum((line.target is stage) + (stage in line.sources) for line in plan.across)
        height = max(50, (PORT + 4) * ports + 14)
        y = max(y, int(wish(stage)[1]) - height // 2)
        found[stage.id] = Node(stage, x, y, END, height)
        y += height + 22
    return found


class _Ports:
    """Hands out places on one side of each node, from top to bottom."""

    def __init__(self, spacing: int) -> None:
        self.spacing = spacing
        self.used: dict[str, int] = {}

    def next(self, node: Node) -> int:
        number = self.used.get(node.stage.id, 0)
        self.used[node.stage.id] = number + 1
        return node.y + 14 + number * self.spacing


def _straight(plan: Plan, nodes: dict[str, Node]) -> Iterable[Arrow]:
    pairs = {(line.sources[0].id, line.target.id) for line in plan.straight}
    for line in plan.straight:
        source, target = nodes[line.sources[0].id], nodes[line.target.id]
        down = target.y > source.y
        shared = (line.target.id, line.sources[0].id) in pairs
        x = source.x + (BESIDE_BACK_X if down and shared else BACK_X)
        start = source.y + source.height if down else source.y
        stop = target.y - HEAD if down else target.y + target.height + HEAD
        tip = stop + HEAD if down else stop - HEAD
        head = f"{x - 5},{stop} {x + 5},{stop} {x},{tip}"
        middle = (start + stop) // 2 + 4
        longest = (SHORT if down else 15) if shared else 34
        yield _arrow(line, f"M{x} {start}V{stop}", head, x + 10, middle, longest=longest)


def _beside(plan: Plan, nodes: dict[str, Node], edge: int) -> Iterable[Arrow]:
    ports = _Ports(PORT)
    for number, line in enumerate(sorted(plan.beside, key=lambda one: _reach(plan, one))):
        lane = edge - LABELS - LANE * (number + 1) + LANE
        target_y = ports.next(nodes[line.target.id])
        stop = edge - HEAD
        starts = [(edge, ports.next(nodes[stage.id])) for stage in line.sources]
        path = "".join(_elbow(start, lane, (stop, target_y)) for start in starts)
        head = f"{stop},{target_y - 5} {stop},{target_y + 5} {edge},{target_y}"
        yield _arrow(line, path, head, edge - 12, target_y - 5, anchor="end")


def _across(plan: Plan, nodes: dict[str, Node], near: int, far: int) -> Iterable[Arrow]:
    spine_ports, end_ports = _Ports(9), _Ports(PORT + 4)
    places: dict[tuple[int, str], int] = {}
    for stage in plan.ends:
        node = nodes[stage.id]
        for number, line in enumerate(plan.across):
            if line.target is stage or stage in line.sources:
                places[number, stage.id] = end_ports.next(node) + 6
    for number, line in enumerate(plan.across):
        lane = near + LANE * (number + 1)
        starts = []
        for stage in line.sources:
            is_end = (number, stage.id) in places
            starts.append((far, places[number, stage.id]) if is_end else (near, spine_ports.next(nodes[stage.id])))
        if (number, line.target.id) in places:
            y, edge, sign = places[number, line.target.id], far, -1
        else:
            y, edge, sign = spine_ports.next(nodes[line.target.id]), near, 1
        stop = edge + sign * HEAD
        path = "".join(_elbow(start, lane, (stop, y)) for start in starts)
        head = f"{stop},{y - 5} {stop},{y + 5} {edge},{y}"
        text_y = y if edge == far else starts[0][1]
        yield _arrow(line, path, head, far - 12, text_y - 5, anchor="end")


def _elbow(start: tuple[int, int], lane: int, stop: tuple[int, int]) -> str:
    """Out to the lane, along it, and in again, with round corners."""
    (x, y), (end_x, end_y) = start, stop
    if y == end_y:
        return f"M{x} {y}H{end_x}"
    radius = min(RADIUS, abs(end_y - y) // 2)
    out = radius if lane > x else -radius
    along = radius if end_y > y else -radius
    into = radius if end_x > lane else -radius
    return (
        f"M{x} {y}H{lane - out}Q{lane} {y} {lane} {y + along}"
        f"V{end_y - along}Q{lane} {end_y} {lane + into} {end_y}H{end_x}"
    )


def _arrow(line: Line, path: str, head: str, x: int, y: int, *, longest: int = LONG, anchor: str = "start") -> Arrow:
    names = tuple(stage.label for stage in [*line.sources, line.target])
    move = line.first
    return Arrow(move.key, move.style, move.label, path, head, x, y, longest, anchor, names)
