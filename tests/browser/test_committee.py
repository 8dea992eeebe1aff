"""What a member of a committee and its chair do in a day; the chair in both languages."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Visits

CARD_IN = ".board-column.stage-{kind} [data-card]"


def test_a_member_declares_reads_reviews_and_comments(visits: Visits) -> None:
    page = visits.page("member")
    page.goto("/desk")
    declare_for_everybody(page)
    page.goto("/desk")
    page.locator(".waiting-item a[href*='mine=to_review']").first.click()
    page.locator("tbody .row-link").first.click()
    expect(page.locator("form.review-form")).to_be_visible()
    first = page.url
    comment_with_a_mention(page)
    page.goto(first)
    review_by_keyboard(page)
    page.locator("form.review-form button[value=next]").click()
    page.wait_for_url(lambda url: url != first and "/desk/applications/" in url)
    expect(page.locator("form.review-form")).to_be_visible()
    page.goto(first)
    expect(page.locator("form.review-form")).to_have_count(0)
    expect(page.locator(".review").filter(has_text="Clear and careful work")).to_have_count(1)


def declare_for_everybody(page: Page) -> None:
    page.locator(".waiting-item a[href$='/conflicts']").first.click()
    line = page.locator(".declare-line select").first
    line.select_option("none")
    page.locator("form[data-declare] button[value=rest]").click()
    page.wait_for_load_state()
    expect(page.locator("form[data-declare]")).to_have_count(0)


def review_by_keyboard(page: Page) -> None:
    """r goes to the first criterion, a digit scores it and goes on to the next."""
    page.locator("h1").click()
    page.keyboard.press("r")
    for _ in range(page.locator("[data-criterion]").count()):
        page.keyboard.press("4")
    expect(page.locator("#strengths")).to_be_focused()
    page.keyboard.type("Clear and careful work")
    page.check("#recommendation-yes")
    expect(page.locator("form.review-form [data-autosave-status]")).to_have_class(re.compile("is-saved"))


def comment_with_a_mention(page: Page) -> None:
    page.locator("h1").click()
    page.keyboard.press("c")
    expect(page.locator("#comment-text")).to_be_focused()
    page.keyboard.type("What do you think, @")
    expect(page.locator(".mention-list [role=option]").first).to_be_visible()
    name = page.locator(".mention-list [role=option]").first.inner_text()
    page.keyboard.press("Enter")
    page.locator(".comment-box button[type=submit]").click()
    expect(page.locator(".comment-text").filter(has_text=f"@{name}")).to_have_count(1)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_chair_moves_by_hand_by_keyboard_and_takes_it_back(language: str, visits: Visits) -> None:
    page = visits.page("chair", language)
    board = board_of_a_chair(page)
    expect(page.locator("html")).to_have_attribute("lang", language)
    drag_one_to_the_shortlist(page)
    take_it_back(page)
    page.goto(board)
    turn_one_down_by_keyboard(page)
    take_it_back(page)
    page.goto(board.replace("/board", "/applications?stage=intake"))
    reject_two_at_once(page)


def board_of_a_chair(page: Page) -> str:
    page.goto("/desk")
    declare_until_done(page)
    page.goto("/desk")
    page.locator(".waiting-item a[href$='/board']").first.click()
    page.wait_for_url("**/board")
    return page.url


def declare_until_done(page: Page) -> None:
    while page.locator(".waiting-item a[href$='/conflicts']").count():
        page.locator(".waiting-item a[href$='/conflicts']").first.click()
        page.locator("form[data-declare] button[value=rest]").click()
        page.goto("/desk")


def drag_one_to_the_shortlist(page: Page) -> None:
    """One whose reviews are all in; the page asks before it is moved."""
    page.wait_for_load_state("networkidle")
    card = page.locator(CARD_IN.format(kind="review")).filter(has_text=re.compile(r"3 \w+ 3\b")).first
    card.locator(".board-card-name").drag_to(page.locator(".board-column.stage-shortlist [data-cards]").first)
    page.wait_for_url(re.compile("/moves/"))
    make_the_move(page)


def make_the_move(page: Page) -> None:
    """With its reason and its message, where it has them."""
    if page.locator("[name=reason]").count():
        page.locator("[name=reason]").first.check()
    if page.locator("#subject").count():
        page.fill("#subject", "News about your application")
    page.locator("main form .buttons button[type=submit]").click()
    page.wait_for_url(lambda url: "/moves/" not in url)
    if page.locator("form.door").count():  # the name shows now, so one is asked again
        page.check("form.door input[name=kind][value=none]")
        page.locator("form.door button[type=submit]").click()
    expect(page.locator("form[action*='/undo/']").first).to_be_visible()


def turn_one_down_by_keyboard(page: Page) -> None:
    """The moves of a card with m, the second with Tab and Enter; what the candidate reads can be changed."""
    page.locator(CARD_IN.format(kind="intake")).first.focus()
    page.keyboard.press("m")
    moves = page.locator("details[data-menu][open] .menu-list a")
    expect(moves.first).to_be_focused()
    page.keyboard.press("Tab")
    expect(moves.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/moves/"))
    expect(page.locator("#body")).not_to_be_empty()
    make_the_move(page)


def take_it_back(page: Page) -> None:
    page.locator("form[action*='/undo/'] button").first.click()
    expect(page.locator("form[action*='/undo/']")).to_have_count(0)


def reject_two_at_once(page: Page) -> None:
    boxes = page.locator("tbody .cell-check input")
    for number in range(2):
        boxes.nth(number).check()
    page.select_option("#bulk-move", "reject")
    page.locator("[data-bulk-bar] button[type=submit]").click()
    expect(page.locator("main input[name=application]")).to_have_count(2)
    page.locator("[name=reason]").first.check()
    page.locator("main form .buttons button[type=submit]").last.click()
    page.wait_for_url(re.compile("/moved/"))
    page.locator("form[action$='/undo'] button").first.click()
    expect(page.locator("form[action$='/undo']")).to_have_count(0)


def test_a_chair_opens_a_review_again(visits: Visits) -> None:
    page = visits.page("chair")
    chair = visits.demo.sign_ins["chair"]["name"]
    page.goto(board_of_a_chair(page).replace("/board", "/applications?stage=review&sort=-reviews"))
    addresses = [line.get_attribute("href") or "" for line in page.locator("tbody .row-link").all()]
    for address in addresses:
        page.goto(address)
        others = page.locator("li.review").filter(has_not_text=chair, has=page.locator("form[action*='/reopen']"))
        before = others.count()
        if before:
            others.first.locator("form[action*='/reopen'] > button").click()
            page.locator("dialog[open] [data-confirmed]").click()
            expect(others).to_have_count(before - 1)
            return
    raise AssertionError("no review that the chair may open again")
