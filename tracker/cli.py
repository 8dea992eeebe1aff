"""Commands. Each reads its options, calls what does the work, and says what came of it."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from dotenv import dotenv_values
from flask import Flask, current_app
from flask.cli import ScriptInfo, with_appcontext
from flask_migrate.cli import db as migrations  # type: ignore[import-not-found]  # mypy does not find it
from rich.table import Table
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from tracker import create_app, installing, serving
from tracker.accounts.queries import has_administrator
from tracker.accounts.staffing import first_administrator_link
from tracker.bench.command import bench
from tracker.demo import build as build_institute
from tracker.models import Job
from tracker.operation.commands import OPERATION
from tracker.plumbing import history
from tracker.plumbing.clock import now
from tracker.plumbing.database import db, transaction
from tracker.plumbing.settings import SettingsMistaken, load_settings
from tracker.terminal import MISTAKEN, console, errors, progress_bar, refuse
from tracker.web.static_files import has_assets

KEYS = ("role", "email", "password", "name")


def environment() -> dict[str, str]:
    """The environment, and below it what the file .env of this folder says."""
    return {name: value for name, value in dotenv_values(Path(".env")).items() if value is not None} | dict(os.environ)


def open_app(**more: str) -> Flask:
    """The application, or plain sentences about its settings and the end."""
    try:
        return installing.know_migrations(create_app(load_settings(environment() | more)))
    except SettingsMistaken as mistaken:
        for sentence in mistaken.mistakes:
            errors.print(sentence, markup=False)
        sys.exit(MISTAKEN)


@click.group()
@click.pass_context
def cli(context: click.Context) -> None:
    """Applications for PhD and postdoc positions: serve the site, do its jobs, look after its data."""
    context.obj = ScriptInfo(create_app=open_app)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port to listen on.")
@click.option("--demo", "with_demo", is_flag=True, help="Fill an empty database with a living institute first.")
@click.option(
    "--credentials",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With --demo: write the sign-ins here as JSON.",
)
def serve(host: str, port: int, with_demo: bool, credentials: Path | None) -> None:
    """Bring the database up to date, then serve the site and do its jobs."""
    if credentials is not None and not with_demo:
        refuse("--credentials goes with --demo: there is nothing to write without it.", MISTAKEN)
    app = open_app(**own_address(host, port))
    if not has_assets(app):
        refuse("The front-end files are missing. Fetch them with: python tracker/static/build.py", MISTAKEN)
    with app.app_context():
        installing.prepare(now=now())
        if with_demo:
            make_demo(applications=150, seed=1, credentials=credentials)
        welcome = first_words()
    address = app.config["TRACKER"].base_url

    def ready() -> None:
        console.print(
            *welcome, f"Serving on {address} (listening on {host}:{port}). Stop with Ctrl+C.", sep="\n", markup=False
        )

    serving.serve(app, host=host, port=port, ready=ready)
    console.print("Stopped; what was in hand is finished.")


def own_address(host: str, port: int) -> dict[str, str]:
    """Where no address is set, mails and links name the one we listen on."""
    if environment().get("TRACKER_BASE_URL", "").strip():
        return {}
    shown = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - compared, not bound
    return {"TRACKER_BASE_URL": f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"}


def first_words() -> list[str]:
    """On a system without an administrator: how to become the first."""
    if has_administrator():
        return []
    with transaction():
        link = first_administrator_link(now=now())
    return ["There is no administrator yet. Become the first one here (this address works once):", link, ""]


@cli.command("first-administrator")
@with_appcontext
def first_administrator() -> None:
    """Print a one-time address at which the first administrator is made."""
    words = first_words()
    if not words:
        refuse("There is an administrator already; they can invite others.")
    console.print(*words, sep="\n", markup=False)


@cli.command()
@click.option(
    "--applications", default=150, show_default=True, type=click.IntRange(1, 200_000), help="How many to make."
)
@click.option("--seed", default=1, show_default=True, type=int, help="The same seed makes the same institute.")
@click.option("--credentials", type=click.Path(dir_okay=False, path_type=Path), help="Write the sign-ins here as JSON.")
@with_appcontext
def demo(applications: int, seed: int, credentials: Path | None) -> None:
    """Fill an empty database with a living institute to click through."""
    installing.prepare(now=now())
    make_demo(applications=applications, seed=seed, credentials=credentials)


def make_demo(*, applications: int, seed: int, credentials: Path | None) -> None:
    """Build it, and show one sign-in per role, with passwords made on the spot."""
    if not installing.is_empty():
        refuse(
            "There are people in this database already; a demo is made in an empty one, with its own TRACKER_DATA_DIR."
        )
    with progress_bar("Making a living institute") as progress:
        built = build_institute(applications=applications, seed=seed, now=now(), progress=progress)
    sign_ins = [asdict(one) for one in built]
    console.print("Sign in as one of these at /sign-in:")
    table = Table("Role", "E-mail", "Password", "Name")
    for one in sign_ins:
        table.add_row(*(str(one[key]) for key in KEYS))
    console.print(table)
    if credentials is not None:
        write_privately(credentials, [{key: one[key] for key in KEYS} for one in sign_ins])


def write_privately(path: Path, content: Any) -> None:
    """For its owner alone: it holds passwords."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=2)


@cli.command()
def work() -> None:
    """Do the jobs, beside a server that does not: mails, checks of documents, exports."""
    app = open_app()
    count = app.config["TRACKER"].workers
    serving.work(app, ready=lambda: console.print(f"Doing jobs, {count} at a time. Stop with Ctrl+C."))
    console.print("Stopped; the jobs in hand are finished.")


@cli.group()
def audit() -> None:
    """The history of changes."""


@audit.command()
@with_appcontext
def verify() -> None:
    """Prove that no line of the history was changed or taken away."""
    total = history.count()
    with progress_bar("Reading the history") as progress:
        breaks = list(history.broken(lambda done: progress(done, total)))
    for one in breaks:
        errors.print(f"{one.thing} {one.thing_id}, entry {one.number}: {one.reason}.", markup=False)
    if breaks:
        refuse(f"The history does not hold in {len(breaks)} of {total} entries.")
    console.print(f"The history holds: {total} entries.")


@cli.command()
@with_appcontext
def routes() -> None:
    """Every address of the site with the rule of who may come."""
    table = Table("Access", "Methods", "Address", "View")
    for rule in sorted(current_app.url_map.iter_rules(), key=lambda one: one.rule):
        view = current_app.view_functions[rule.endpoint]
        access = "public files" if rule.endpoint == "static" else getattr(view, "access", "NO RULE")
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        table.add_row(str(access), methods, rule.rule, rule.endpoint)
    console.print(table)


@cli.command()
@with_appcontext
def jobs() -> None:
    """How many jobs wait, run, are done and have failed, by name."""
    table = Table("Job", "State", "How many")
    rows = db.session.execute(
        select(Job.name, Job.state, func.count()).group_by(Job.name, Job.state).order_by(Job.name, Job.state)
    )
    for name, state, count in rows:
        table.add_row(name, state.value, str(count))
    console.print(table)


database = click.Group(
    "db",
    commands=dict(migrations.commands),
    callback=migrations.callback,
    params=migrations.params,
    help="The schema of the database.",
)


@database.command("upgrade")
@with_appcontext
def upgrade() -> None:
    """Bring the schema up to date, and add what ships and is not there yet."""
    installing.prepare(now=now())
    console.print("The database is up to date.")


cli.add_command(database)
for command in (*OPERATION, bench):
    cli.add_command(command)


def main() -> None:
    """The command `tracker`."""
    try:
        cli.main(prog_name="tracker")
    except OperationalError as error:
        refuse(f"The database cannot be used: {str(error.orig).strip().splitlines()[0]}")


if __name__ == "__main__":
    main()
