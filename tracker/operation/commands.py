"""The commands of operation: backup, restore, doctor."""

import getpass
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from tracker.operation.backup import CannotBackUp, make
from tracker.operation.doctor import Word, examine
from tracker.operation.restore import CannotRestore, Restored, check, restore
from tracker.operation.sealing import CannotOpen, Key, Lock
from tracker.plumbing.clock import now
from tracker.plumbing.storage import StorageAway
from tracker.terminal import BROKEN, MISTAKEN, console, errors, progress_bar, refuse
from tracker.web.static_files import has_assets

SHORTEST = 12
existing = click.Path(exists=True, dir_okay=False, path_type=Path)
passphrase_file = click.option(
    "--passphrase-file", type=existing, help="The passphrase stands in the first line of this file."
)


def ask_passphrase(file: Path | None) -> str:
    """From the file, or typed; never from the command line, where others could read it."""
    if file is not None:
        return file.read_text("utf-8").partition("\n")[0].strip()
    if not sys.stdin.isatty():
        return ""
    return getpass.getpass("Passphrase: ")


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--recipient", "recipients", multiple=True, help="A public key of age (age1…); can be given again.")
@passphrase_file
@with_appcontext
def backup_command(file: Path, recipients: tuple[str, ...], passphrase_file: Path | None) -> None:
    """Write the database and all files to one sealed FILE, while the site goes on."""
    recipients = recipients or (() if passphrase_file else current_app.config["TRACKER"].backup_recipients)
    passphrase = "" if recipients else ask_passphrase(passphrase_file)
    if not recipients and len(passphrase) < SHORTEST:
        refuse(
            "A backup is always sealed. Give --recipient age1…, set TRACKER_BACKUP_RECIPIENTS, or give"
            f" --passphrase-file with {SHORTEST} characters or more.",
            MISTAKEN,
        )
    try:
        with progress_bar("Backing up") as progress:
            contents = make(file, Lock(recipients, passphrase), now=now(), progress=progress)
    except (CannotBackUp, CannotOpen) as reason:
        refuse(str(reason))
    except StorageAway:
        refuse("The storage is away; nothing was written.")
    except OSError as error:
        refuse(f"The backup cannot be written: {error.strerror}.")
    for key in contents.missing:
        errors.print(f"No file {key}, which a row names: it was lost before, or deleted meanwhile.", markup=False)
    size = file.stat().st_size / 1_000_000
    console.print(
        f"Backed up {sum(contents.rows.values()):,} rows and {len(contents.files):,} files to {file} ({size:,.1f} MB)."
    )


@click.command("restore")
@click.argument("file", type=existing)
@click.option("--identity", type=existing, help="A file with the secret key of age (AGE-SECRET-KEY-1…).")
@passphrase_file
@click.option("--check", "only_check", is_flag=True, help="Prove that the backup is whole, and change nothing.")
@with_appcontext
def restore_command(file: Path, identity: Path | None, passphrase_file: Path | None, only_check: bool) -> None:
    """Bring FILE back into an empty database and storage, of either engine."""
    key = Key(passphrase=ask_passphrase(passphrase_file)) if identity is None else Key(secret_keys_in(identity))
    try:
        with progress_bar("Reading the backup") as progress:
            if only_check:
                head, contents = check(file, key, progress)
            else:
                done = restore(file, key, now=now(), progress=progress)
    except (CannotOpen, CannotRestore) as reason:
        refuse(str(reason))
    except StorageAway:
        refuse("The storage is away; the database is still empty. Run this again when the storage is back.")
    if only_check:
        rows, files = sum(contents.rows.values()), len(contents.files)
        console.print(f"The backup of {head.made_at} is whole: {rows:,} rows and {files:,} files.")
    else:
        tell(done)


def tell(done: Restored) -> None:
    """What is here now, and what somebody should look at."""
    rows, files = sum(done.contents.rows.values()), len(done.contents.files)
    console.print(f"Restored the backup of {done.head.made_at}: {rows:,} rows and {files:,} files.")
    console.print("All sessions and sign-in links of that time were ended.")
    if done.held:
        console.print(f"{done.held:,} mails that were waiting then are held in the outbox, to be sent again or not.")
    if done.contents.missing:
        errors.print(f"{len(done.contents.missing):,} files were missing when the backup was made.")
    if done.breaks:
        refuse(
            f"The history did not hold in {len(done.breaks)} entries when the backup was made: tracker audit verify."
        )


def secret_keys_in(file: Path) -> tuple[str, ...]:
    """As age-keygen writes them: comments and keys."""
    lines = (line.strip() for line in file.read_text("utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for a program.")
@with_appcontext
def doctor_command(as_json: bool) -> None:
    """Look at settings, engines, migrations, clock, disk, jobs, mails, files and history, and say what to do."""
    found = []
    for one in examine(now=now(), has_assets=has_assets(current_app)):
        found.append(one)
        if not as_json:
            console.print(f"{one.word:<8}{one.what}: {one.sentence}", markup=False)
    if as_json:
        console.print_json(data=[asdict(one) for one in found])
    sys.exit(BROKEN if any(one.word is Word.WRONG for one in found) else 0)


OPERATION: tuple[Any, ...] = (backup_command, restore_command, doctor_command)
