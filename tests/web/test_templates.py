"""Templates are compiled once in a process, and escape what is set into them."""

import threading
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Template

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
