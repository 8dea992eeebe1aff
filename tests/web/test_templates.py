"""Templates are compiled once in a process, escape what is set into them, and keep nothing of what they were given."""

import gc
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment, Template

from tests.databases import make_app
from tracker.web.templates import _escaped, escaped

TOGETHER = 8


def test_requests_that_want_the_same_template_at_one_moment_share_the_work(tmp_path: Path) -> None:
    environment = make_app(tmp_path / "data").jinja_env
    start, found = threading.Barrier(TOGETHER), list[Template]()

    def want() -> None:
        start.wait()
        found.append(environment.get_template("layout/base.html"))

    threads = [threading.Thread(target=want) for _ in range(TOGETHER)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == TOGETHER
    assert len({id(one.root_render_func.__code__) for one in found}) == 1


@given(st.text() | st.text("<>&\"'a"))
def test_the_quick_way_to_escape_is_that_of_the_library(text: str) -> None:
    assert _escaped(text) == escaped(text)


class Thing:
    """Of which it can be seen that it is gone."""

    def __str__(self) -> str:
        return "thing"


@pytest.fixture
def macros(tmp_path: Path) -> Environment:
    """Templates of which each has a macro that reads what the page was given."""
    macro = "{% macro said() %}{{ thing }}{% endmacro %}"
    sources = {
        "layout": "{% block words %}{% endblock %}",
        "part": macro + "{{ said() }}",
        "words": macro,
        "page": '{% extends "layout" %}{% from "words" import said with context %}'
        '{% block words %}{% include "part" %}, {{ said() }}{% endblock %}',
    }
    return make_app(tmp_path / "data").jinja_env.overlay(loader=DictLoader(sources))


@pytest.fixture
def nobody_cleans() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("nobody_cleans")
def test_what_a_page_was_given_is_gone_with_it_before_anybody_looks_for_garbage(macros: Environment) -> None:
    thing = Thing()
    trace = weakref.ref(thing)
    text = macros.get_template("page").render(thing=thing)
    del thing
    assert (text, trace()) == ("thing, thing", None)


def test_a_page_drawn_inside_another_leaves_the_outer_one_what_it_needs(macros: Environment) -> None:
    inner = macros.get_template("part")
    page = macros.from_string('{% include "part" %}, {{ draw() }}, {% include "part" %}')
    assert page.render(thing="outer", draw=lambda: inner.render(thing="inner")) == "outer, inner, outer"
