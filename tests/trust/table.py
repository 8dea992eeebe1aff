"""The table of trust.md, row by row: what there is, who comes in, who is told no, for whom it is not there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ROLES = (
    "anonymous",
    "referee of X",
    "own candidate",
    "other candidate",
    "staff without a seat",
    "chair of X",
    "member of X",
    "undeclared member",
    "observer of X",
    "coordinator of X",
    "theme coordinator of X",
    "in conflict",
    "chair of Y",
    "member of Y",
    "staff who applies",
    "HR",
    "admin",
    "admin with a reason",
)
VISITORS = frozenset({"anonymous", "referee of X"})
"""Nobody is signed in: every route that is not public leads them to the sign-in page."""
SIGNED_IN = frozenset(ROLES) - VISITORS
CANDIDATES = frozenset({"own candidate", "other candidate"})
STAFF = SIGNED_IN - CANDIDATES
ADMINS = frozenset({"admin", "admin with a reason"})
GUARDS = ADMINS | {"HR"}
OUTSIDE = CANDIDATES | {"staff without a seat", "chair of Y", "member of Y", "staff who applies"}
"""The staff's side of X is not there for them."""
NOT_READING = OUTSIDE | {"in conflict"}
"""The application in X is not there for them."""
COMMITTEE = frozenset({"chair of X", "member of X", "undeclared member", "observer of X", "coordinator of X"})
DECLARED = COMMITTEE - {"undeclared member"}
AROUND = COMMITTEE | {"theme coordinator of X", "in conflict"} | GUARDS
"""See the position on the staff's side."""
PAST_THE_DOOR = DECLARED | {"theme coordinator of X", "HR", "admin with a reason"}
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Row:
    """Comes in, or: not there (404), or: no (403) for everybody else who has signed in."""

    thing: str
    routes: tuple[str, ...]
    """Endpoints; with a method behind where GET and POST differ."""
    comes: frozenset[str]
    not_there: frozenset[str] = NOBODY
    to_the_door: frozenset[str] = NOBODY
    """Led to the page that asks for a declaration or a reason first."""
    without_link: bool = False
    """Everybody else meets the page that says a link is gone."""
    nowhere: bool = False
    """Not there for anybody, as the settings are."""

    def expected(self, role: str) -> str:
        if self.nowhere:
            return "404"
        if role in self.comes:
            return "in"
        if self.without_link:
            return "410"
        if role in VISITORS:
            return "sign in"
        if role in self.to_the_door:
            return "door"
        return "404" if role in self.not_there else "403"


def row(thing: str, routes: str, comes: Iterable[str], not_there: Iterable[str] = (), door: Iterable[str] = ()) -> Row:
    return Row(thing, tuple(routes.split()), frozenset(comes), frozenset(not_there), frozenset(door))


PUBLIC = (
    "stylesheet home.alive home.ready home.brand home.robots home.favicon home.design home.landing "
    "accounts.sign_in accounts.sign_in_now accounts.sign_up accounts.sign_up_now accounts.reset accounts.ask_reset "
    "accounts.check_mail accounts.language accounts.begin_passkey accounts.sign_in_by_passkey accounts.sign_up_with "
    "accounts.accept_with themes.index themes.show positions.index positions.show"
)
LINKS = "accounts.verify accounts.reset_link accounts.email_link accounts.invite_link accounts.first_link letters.link"
BEHIND_LINKS = (
    "accounts.verify_now accounts.new_password accounts.set_new_password accounts.confirm_email "
    "accounts.confirm_email_now accounts.invitation accounts.accept_invitation accounts.first accounts.make_first"
)
LETTER = "letters.letter letters.keep letters.check letters.file letters.send letters.decline letters.decline_now"
OWN = (
    "applications.show applications.sent applications.receipt applications.receipt_pdf applications.withdraw "
    "applications.section applications.save_section applications.save_one applications.check applications.submit "
    "applications.document applications.document_state applications.delete applications.delete_now "
    "letters.mine letters.remind_mine letters.another"
)
DESIGNS = (
    "forms.index forms.new forms.show forms.rename forms.archive forms.restore applications.preview forms.changes_of "
    "forms.new_section forms.edit_section forms.new_question forms.edit_question forms.arrange workflows.index "
    "workflows.new workflows.show workflows.rename workflows.new_stage workflows.edit_stage workflows.shift_stage "
    "workflows.remove_stage workflows.new_move workflows.edit_move workflows.remove_move workflows.archive "
    "workflows.restore messages.templates messages.new messages.edit positions.rubrics positions.new_rubric "
    "positions.rubric positions.reasons"
)
HOUSE = (
    "accounts.people accounts.invite accounts.invite_now accounts.person accounts.change_role accounts.invite_again "
    "accounts.close_account accounts.reset_factor themes.desk themes.create themes.edit themes.shown themes.place "
    "themes.project themes.remove_project themes.prize themes.remove_prize themes.seat themes.unseat messages.outbox "
    "messages.message messages.message_html messages.retry messages.cancel"
)

ROWS = (
    row("public pages", PUBLIC, ROLES),
    row("made-up links, followed", LINKS, ROLES),
    Row("what a made-up link leads to", tuple(BEHIND_LINKS.split()), NOBODY, without_link=True),
    Row("whether one's address is verified", ("accounts.verification",), SIGNED_IN, without_link=True),
    Row("the letter, by its link", tuple(LETTER.split()), frozenset({"referee of X"}), without_link=True),
    row(
        "one's own account",
        "accounts.account accounts.change_details accounts.change_email accounts.change_password "
        "accounts.send_verification accounts.end_other_sessions accounts.close applications.mine applications.begin",
        SIGNED_IN,
    ),
    row(
        "what opens one's own account",
        "accounts.security accounts.begin_app accounts.app accounts.confirm_app accounts.remove_app "
        "accounts.begin_new_passkey accounts.add_passkey accounts.make_recovery_codes accounts.new_here "
        "accounts.link_identity accounts.link_identity_now accounts.prove_it accounts.prove_it_now "
        "accounts.begin_proof accounts.go_on",
        SIGNED_IN,
    ),
    row(
        "steps on the way in, done already",
        "accounts.second_step accounts.take_code accounts.begin_step_passkey accounts.take_step_passkey "
        "accounts.set_up",
        SIGNED_IN,
    ),
    row(
        "somebody else's passkey or identity",
        "accounts.name_passkey accounts.drop_passkey accounts.unlink_identity accounts.prove_with",
        NOBODY,
        SIGNED_IN,
    ),
    Row(
        "providers and metrics, not set up",
        ("accounts.go_to_provider", "accounts.came_back", "home.metrics"),
        NOBODY,
        nowhere=True,
    ),
    row("a session of HR's", "accounts.end_session", {"HR"}, SIGNED_IN - {"HR"}),
    row(
        "to apply to X",
        "applications.start",
        OUTSIDE | {"theme coordinator of X"} | GUARDS,
    ),
    row("application in X, its candidate's side", OWN, {"own candidate"}, SIGNED_IN),
    row("an answer that nobody was asked for", "applications.answer", NOBODY, SIGNED_IN),
    row(
        "the desk",
        "home.desk home.palette home.put_all_aside positions.desk positions.create dossiers.across",
        STAFF,
    ),
    row("somebody else's notice", "home.put_aside", NOBODY, STAFF),
    row(
        "reports, exports",
        "reports.funnel reports.funnel_json reports.funnel_csv reports.funnel_xlsx reports.exports reports.ask",
        STAFF - {"staff without a seat"},
    ),
    row(
        "somebody else's export",
        "reports.export_file reports.make_again reports.delete_export",
        NOBODY,
        STAFF - {"staff without a seat"},
    ),
    row("forms, workflows, templates, rubrics", DESIGNS, GUARDS),
    row("people, themes, outbox", HOUSE, ADMINS),
    row(
        "position X, the staff's side",
        "positions.overview positions.preview positions.committee dossiers.position dossiers.board dossiers.bulk "
        "dossiers.bulk_move dossiers.next_one committee.conflicts committee.declare",
        AROUND,
        OUTSIDE,
    ),
    row("position X, changed", "positions.edit positions.cancel positions.move", GUARDS, OUTSIDE),
    row(
        "committee of X, changed",
        "positions.seat positions.unseat positions.invite",
        GUARDS | {"chair of X"},
        OUTSIDE,
    ),
    row(
        "reviews of X, shared out",
        "committee.assign committee.assign_page committee.share_out committee.due committee.remind",
        {"chair of X", "coordinator of X", "HR"},
        OUTSIDE,
    ),
    row("more time for one candidate of X", "applications.extra_time", {"HR"}),
    row("what HR moved together", "dossiers.bulk_done dossiers.bulk_undo", {"HR"}, SIGNED_IN),
    row(
        "application in X, its door",
        "committee.open committee.open_it",
        AROUND - {"in conflict"},
        NOT_READING,
    ),
    row(
        "dossier, documents, letters",
        "dossiers.show dossiers.document dossiers.letter",
        PAST_THE_DOOR,
        NOT_READING,
        {"undeclared member", "admin"},
    ),
    row("a declaration taken back", "committee.lift", {"HR"}, NOT_READING),
    row("comments of X", "comments.write comments.people", PAST_THE_DOOR - ADMINS, NOT_READING),
    row(
        "a comment of HR's",
        "comments.edit comments.withdraw",
        {"HR"},
        NOT_READING | PAST_THE_DOOR - ADMINS,
    ),
    row("one's review", "reviews.edit reviews.save reviews.abstain", {"chair of X", "member of X"}, NOT_READING),
    row("a review sent, opened again", "reviews.reopen", {"chair of X", "HR"}, NOT_READING - CANDIDATES),
    row("move in X", "dossiers.move dossiers.make_move", {"chair of X", "HR"}, NOT_READING),
    row(
        "a move of HR's, undone",
        "dossiers.undo",
        {"HR"},
        NOT_READING | {"chair of X", "member of X", "coordinator of X"},
    ),
    row("letters of X, handled", "letters.remind letters.cancel", {"HR"}, NOT_READING),
)

PLACE: Mapping[str, Row] = {route: one for one in ROWS for route in one.routes}
"""Each endpoint has one row; a route without is named by a test."""
LEFT_OUT = frozenset({"static", "accounts.sign_out"})
