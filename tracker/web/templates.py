"""Templates are compiled once in a process, however many requests want the same one at the same moment.

Jinja lets each of them compile it: after a start under load twenty threads did the same work, and nobody was answered.
"""

import threading
from collections.abc import Callable, Iterator, MutableMapping
from contextvars import ContextVar
from decimal import Decimal
from functools import lru_cache
from types import FunctionType, MethodType
from typing import Any, Final, cast

import markupsafe
from flask import Flask
from flask.templating import DispatchingJinjaLoader
from flask.templating import Environment as FlaskEnvironment
from jinja2 import BytecodeCache, Environment, Template
from jinja2.bccache import Bucket
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

CALLED_AS_IT_IS: Final = frozenset({FunctionType, MethodType, Macro, type(lru_cache(len))})
NUMBERS: Final = frozenset({int, float, Decimal})


def escaped(text: str) -> str:
    """As a page may have it, and no Markup."""
    return str(escape(text))


_escaped: Callable[[str], str] = getattr(markupsafe, "_escape_inner", escaped)
"""The same at a sixth of the cost, by a name that the library may change."""


class Straight(Context):
    """Calls what a template calls, and asks only what is not a plain function whether it wants the context too."""

    def call(self, called: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        if type(called) not in CALLED_AS_IT_IS or hasattr(called, "jinja_pass_arg"):
            return super().call(called, *args, **kwargs)
        kwargs.pop("_loop_vars", None)  # which Jinja gives to all
        kwargs.pop("_block_vars", None)
        return called(*args, **kwargs)

    def forget(self) -> None:
        """All it was given, and all that was set in it."""
        self.parent, self.vars, self.blocks = {}, {}, {}


_contexts: ContextVar[list[Straight]] = ContextVar("contexts")
"""Of the page under way: its own, and those of what it takes in."""


class Whole(Template):
    """A template hands on one text, not hundreds, each of which would pass through all that it extends or stands in."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """As Jinja does, and nothing is left of it but the text.

        A macro and the context it stands in know each other: both would stay, with the text of the page and all it was
        given, until garbage is looked for.
        """
        contexts = [self.new_context(dict(*args, **kwargs))]
        before = _contexts.set(contexts)
        try:
            return self.environment.concat(self.root_render_func(contexts[0]))
        except Exception:
            self.environment.handle_exception()
        finally:
            _contexts.reset(before)
            for context in contexts:
                context.forget()

    def new_context(self, vars: Any = None, shared: bool = False, locals: Any = None) -> Straight:  # noqa: A002  # names of Jinja
        """Jinja's; a shared one is of the page that takes this template in, another of the page that it is."""
        context = cast(Straight, super().new_context(vars, shared, locals))
        if shared:
            _contexts.get([]).append(context)
        return context

    @classmethod
    def _from_namespace(cls, environment: Environment, namespace: MutableMapping[str, Any], *rest: Any) -> Template:
        render = namespace["root"]

        def whole(context: Context) -> Iterator[str]:
            yield environment.concat(render(context))

        namespace["root"] = whole
        namespace["escape"] = _safe
        return super()._from_namespace(environment, namespace, *rest)


def _safe(value: object) -> str:
    """As a page may have it: only what is not markup already is escaped, and none of it is made markup, since it goes
    straight into the text that is."""
    if type(value) is str:
        return _escaped(value)
    if type(value) in NUMBERS:
        return str(value)
    return value if type(value) is Markup else escape(value)


class OneWorld(FlaskEnvironment):
    """No template has globals of its own, so that to import one does not mean to compare theirs, name by name."""

    template_class = Whole
    context_class = Straight

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class OneAtATime(DispatchingJinjaLoader):
    """Whoever waits for a template that another compiles finds it made."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self._hand = threading.RLock()

    def load(self, environment: Environment, name: str, values: Any = None) -> Template:
        with self._hand:
            return super().load(environment, name, values)


class Made(BytecodeCache):
    """What was compiled, by the template and its source."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


def init_app(app: Flask) -> None:
    app.jinja_environment = OneWorld
    app.jinja_options = app.jinja_options | {"cache_size": -1}  # all of them: to find the least used takes its time
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.loader = OneAtATime(app)
    app.jinja_env.bytecode_cache = Made()
