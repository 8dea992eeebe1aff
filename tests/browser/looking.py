"""Looking at a page as people do: in both themes, on a phone, with what a screen reader needs."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

from tests.browser.people import DESKTOP, PHONE

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN_AXE = """async rules => (await axe.run(document, {runOnly: rules, resultTypes: ["violations"]})).violations
    .flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 160)} (${(node.any[0] ?? node.all[0] ??
        node.none[0])?.message.slice(0, 160)})`))"""
SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 30))))"
WIDER = """() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const cuts = one => getComputedStyle(one).overflowX !== "visible";
    const scrolls = one => one && one !== document.body && (cuts(one) || scrolls(one.parentElement));
    const wide = [...document.body.querySelectorAll("*")].filter(
        one => one.getBoundingClientRect().right > room + 1 && !scrolls(one.parentElement));
    return [`wider than ${room}: ${wide.slice(0, 3).map(one => one.outerHTML.slice(0, 120)).join(" | ")}`];
}"""
UPRIGHT = """() => [...document.querySelectorAll("main :is(th, td, dt, dd, p, li, label, h1, h2, h3)")]
    .filter(one => one.clientWidth > 1 && one.clientHeight > 5 * one.clientWidth && one.textContent.trim().length > 8)
    .map(one => `letters under one another: ${one.outerHTML.slice(0, 120)}`)"""
NAMED_TWICE = """() => {
    const names = [...document.querySelectorAll("[id]")].map(one => one.id);
    return [...new Set(names.filter((one, place) => names.indexOf(one) < place))].map(one => `id twice: ${one}`);
}"""


def seen_by_axe(page: Page) -> list[str]:
    """What axe finds in the light and in the dark, on a screen so high that no bar lies over anything."""
    height = max(DESKTOP[1], min(page.evaluate("document.documentElement.scrollHeight"), 5000))
    page.set_viewport_size({"width": DESKTOP[0], "height": height})
    page.evaluate(AXE)
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(SETTLED)
        violations: list[Any] = page.evaluate(RUN_AXE, RULES)
        found += [f"{scheme} {one}" for one in violations]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    return found


def wider_than_a_phone(page: Page) -> list[str]:
    """Whether the page, on a phone, goes beyond the screen, and what does; or stands on edge to fit."""
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    found: list[str] = [*page.evaluate(WIDER), *page.evaluate(UPRIGHT)]
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    return found


def named_twice(page: Page) -> list[str]:
    """Ids that two elements have: a label or a link then leads to the wrong one."""
    found: list[str] = page.evaluate(NAMED_TWICE)
    return found


def look(page: Page) -> list[str]:
    return [f"{page.url}: {one}" for one in (*named_twice(page), *wider_than_a_phone(page), *seen_by_axe(page))]
