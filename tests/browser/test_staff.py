"""What HR and an administrator do: publish, design, export, report; invite, word, look after the mail."""

import io
import re
import uuid

from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.browser.looking import look
from tests.browser.people import PHONE, Demo, Visits


def test_hr_drafts_checks_and_publishes_a_position(visits: Visits, demo: Demo) -> None:
    page = visits.page("hr")
    title = f"Breathing at altitude {uuid.uuid4().hex[:6]}"
    page.goto("/desk/positions")
    page.locator("a[href$='/desk/positions/new']").first.click()
    page.check("input[name=kind][value=phd]")
    page.fill("#title_en", title)
    page.locator("input[name=themes]").first.check()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(lambda url: not url.endswith("/new"))
    overview = re.sub(r"/edit/.*", "", page.url)
    page.goto(overview)
    expect(page.locator("#missing .edit-missing li")).not_to_have_count(0)
    expect(page.locator("form[action$='/moves/publish']")).to_have_count(0)
    fill_what_is_missing(page, overview)
    seat_the_chair(page, overview, demo.sign_ins["chair"]["email"])
    page.goto(overview)
    expect(page.locator("#missing .edit-missing li")).to_have_count(0)
    page.locator("form[action$='/moves/publish'] > button").click()
    page.locator("dialog[open] [data-confirmed]").click()
    page.locator(".page-actions a[href*='/positions/']").first.click()
    stranger = visits.page()
    stranger.goto(page.url)
    expect(stranger.locator("h1")).to_have_text(title)
    expect(stranger.locator("aside a[href*='/sign-up']")).to_be_visible()


def fill_what_is_missing(page: Page, overview: str) -> None:
    parts: dict[str, dict[str, str]] = {
        "basics": {"department": "Pulmonology", "place": "Leiden", "starts_on": "2027-09-01"},
        "texts": {"description_en": "You measure.", "requirements_en": "A degree.", "desirable_en": "Boots."},
        "contract": {"grant_number": "VI.Vidi.7"},
        "people": {"supervisors-0-name": "Ada Berg", "contact_name": "Ada Berg", "contact_email": "ada@umc.example"},
        "conditions": {"policy_url": "https://umc.example/rules"},
        "procedure": {"closes_at": "2027-02-01T23:59", "decision_by": "2027-04-01"},
    }
    for part, values in parts.items():
        page.goto(f"{overview}/edit/{part}")
        for name, value in values.items():
            page.fill(f"[name='{name}']", value)
        if part == "contract":
            page.select_option("#funding", "nwo")
        page.locator(".edit-form .buttons button.btn-primary").click()
        page.wait_for_load_state()
        expect(page.locator(".error-summary")).to_have_count(0)


def seat_the_chair(page: Page, overview: str, email: str) -> None:
    page.goto(f"{overview}/committee")
    page.fill("#person", email)
    page.select_option("form[action$='/committee'] select[name=role]", "chair")
    page.locator("form[action$='/committee'] button[type=submit]").click()
    page.wait_for_load_state()


def test_hr_words_a_stage_of_a_workflow_anew(visits: Visits) -> None:
    page = visits.page("hr")
    page.goto("/desk/workflows")
    page.locator("tbody .row-link").first.click()
    page.locator("svg.flow a.flow-stage.stage-interview").first.click()
    page.fill("#label_en", "Interview and tour")
    page.locator("#panel .panel-body button[type=submit]").click()
    expect(page.locator("svg.flow")).to_contain_text("Interview and tour")


def test_hr_exports_and_reports(visits: Visits) -> None:
    page = visits.page("hr")
    page.goto("/desk/exports")
    ask = page.locator("form[action$='/desk/exports'] button[type=submit]").first
    page.select_option("#file_format", "csv")
    with page.expect_download() as download:
        ask.click()  # streamed at once
    assert download.value.path().read_bytes().count(b"\n") > 100
    page.select_option("#file_format", "xlsx")
    ask.click()
    ready = page.locator("#exports tbody tr a.row-link").first
    expect(ready).to_contain_text("XLSX", timeout=30_000)  # made by a job
    with page.expect_download() as download:
        ready.click()
    book = CalamineWorkbook.from_filelike(io.BytesIO(download.value.path().read_bytes()))
    assert len(book.get_sheet_by_index(0).to_python()) > 100
    page.goto("/desk/reports")
    expect(page.locator("main table")).not_to_have_count(0)
    numbers = page.request.get("/desk/reports/funnel.csv")
    assert numbers.status == 200
    assert numbers.text().count("\n") > 3


def test_an_administrator_invites_words_a_theme_and_sees_the_mail(visits: Visits, demo: Demo) -> None:
    page = visits.page("admin")
    email = f"{uuid.uuid4().hex[:10]}@umc.example"
    page.goto("/desk/people")
    page.locator("a[href$='/desk/people/invite']").first.click()
    page.fill("#name", "Noa Vermeer")
    page.fill("#email", email)
    page.locator("input[name=role][value=none]").check()
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    accept(visits, demo.link_to(email, "/link/invite/"))
    page.goto("/desk/outbox")
    page.fill("#text", email)
    page.locator("form.filters button[type=submit]").click()
    page.locator("tbody .row-link").first.click()
    expect(page.locator("pre.mail-text")).to_be_visible()
    page.goto("/desk/themes")
    page.locator("main a[href*='/desk/themes/']:not([href$='/new'])").first.click()
    page.fill("#summary_en", "What the body remembers.")
    page.locator("#texts form button[type=submit]").click()
    page.wait_for_load_state()
    page.locator(".page-actions a[href^='/themes/']").click()
    expect(page.locator(".theme-hero")).to_contain_text("What the body remembers.")


def accept(visits: Visits, link: str) -> None:
    page = visits.page()
    page.goto(link)
    assert look(page) == []
    page.fill("#password", "three quiet herons at noon")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/desk")


def test_an_administrator_opens_an_application_only_with_a_reason(visits: Visits) -> None:
    page = visits.page("admin")
    page.goto("/desk/applications")
    page.locator("tbody .row-link").first.click()
    expect(page.locator("textarea#reason")).to_be_visible()
    expect(page.locator(".panes")).to_have_count(0)
    page.fill("#reason", "The candidate asked where the letter is.")
    page.locator("form.door button[type=submit]").click()
    expect(page.locator(".panes")).to_be_visible()


def test_menus_open_within_the_screen_of_a_phone(visits: Visits) -> None:
    page = visits.page("hr", size=PHONE)
    page.goto("/desk/applications")
    dossier = page.locator("tbody .row-link").first.get_attribute("href")
    assert dossier is not None
    outside: list[str] = []
    for address in (dossier, "/desk/applications", "/desk/reports", "/desk/positions"):
        page.goto(address)
        for menu in page.locator("main details.menu").all():
            menu.locator("summary").click()
            box = menu.locator(".menu-list").bounding_box()
            assert box is not None
            if box["x"] < 0 or box["x"] + box["width"] > PHONE[0]:
                outside.append(f"{address}: {menu.inner_text()}")
            menu.locator("summary").click()
    assert outside == []


def test_an_address_of_one_side_of_a_dossier_opens_it_on_a_phone(visits: Visits) -> None:
    page = visits.page("hr", size=PHONE)
    page.goto("/desk/applications")
    page.locator("tbody .row-link").first.click()
    page.locator(".pane-tabs button", has_text="Judgement").click()
    page.goto(f"{page.url.partition('?')[0]}?view=messages")
    expect(page.locator(".pane-tabs [aria-current]")).to_have_text("Dossier")
    mail = page.locator(".message").first
    expect(mail.locator(".letter-text")).to_be_hidden()
    mail.locator("summary").click()
    expect(mail.locator(".letter-text")).to_be_visible()


def test_a_notice_is_put_aside_where_one_sees_the_button(visits: Visits) -> None:
    page = visits.page("hr")
    page.goto("/desk")
    notices = page.locator(".waiting-item form button")
    before = notices.count()
    notices.first.click()
    expect(page).to_have_url(re.compile(r"/desk$"))
    expect(notices).to_have_count(before - 1)
    assert before > 0
