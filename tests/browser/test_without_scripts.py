"""Where no script runs, the same forms do the same work."""

import re

from playwright.sync_api import expect

from tests.browser.people import Visits


def test_a_section_is_saved_without_scripts(visits: Visits) -> None:
    page = visits.context("candidate with a draft", java_script_enabled=False).new_page()
    page.goto("/applications")
    page.locator(".mine-waiting a.cover-link").first.click()
    home = page.url
    page.locator(".tasks a[href*='/sections/personal']").click()
    page.fill("#q-called", "Inês without scripts")
    page.locator("button[name=do][value=next]").click()
    page.goto(f"{home}/sections/personal")
    expect(page.locator("#q-called")).to_have_value("Inês without scripts")


def test_a_review_is_written_without_scripts(visits: Visits) -> None:
    page = visits.context("member", java_script_enabled=False).new_page()
    page.goto("/desk")
    page.locator(".waiting-item a[href*='mine=to_review']").last.click()
    page.locator("tbody .row-link").last.click()
    if page.locator("form.door").count():
        page.check("form.door input[name=kind][value=none]")
        page.locator("form.door button[type=submit]").click()
    dossier = page.url.split("#")[0]
    for criterion in page.locator("[data-criterion]").all():
        criterion.locator("input[value='3']").check()
    page.fill("#strengths", "Written without scripts")
    page.check("#recommendation-doubt")
    page.locator("form.review-form button[value=submit]").click()
    page.goto(dossier)
    expect(page.locator("li.review").filter(has_text="Written without scripts")).to_have_count(1)


def test_an_application_is_moved_without_scripts(visits: Visits) -> None:
    page = visits.context("hr", java_script_enabled=False).new_page()
    page.goto("/desk/applications?kind=intake")
    page.locator("tbody .row-link").first.click()
    page.locator(".moves summary").click()
    page.locator(".moves a.move-reject").first.click()
    page.wait_for_url(re.compile("/moves/"))
    page.locator("[name=reason]").first.check()
    page.locator("main form .buttons button[type=submit]").click()
    page.wait_for_url(lambda url: "/moves/" not in url)
    page.locator("form[action*='/undo/'] button").first.click()
    expect(page.locator("form[action*='/undo/']")).to_have_count(0)
