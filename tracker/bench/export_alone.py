"""One export in a process of its own; says as JSON how long it took, and how much memory beyond the base."""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from tracker import create_app
from tracker.bench.processes import forget_most_memory, memory_now, most_memory
from tracker.models import Person
from tracker.plumbing.clock import now
from tracker.plumbing.database import db
from tracker.plumbing.i18n import in_language
from tracker.plumbing.settings import load_settings
from tracker.reports import actions
from tracker.reports.tables import What, table


def export(kind: str, person_id: str, path: Path) -> None:
    """As the job makes it."""
    person = db.session.get_one(Person, person_id)
    scope = actions.scope_of(person, "", None, session=db.session(), now=now())
    assert scope is not None
    contents = table(What.APPLICATIONS, scope, db.session())
    actions.write(path, kind, What.APPLICATIONS, contents, lambda done, total: None)


def main(kind: str, person_id: str) -> None:
    app = create_app(load_settings(os.environ))
    with app.app_context(), in_language("en"), tempfile.TemporaryDirectory() as folder:
        db.session.get_one(Person, person_id)
        forget_most_memory()
        base, begun, used = memory_now(), time.perf_counter(), time.process_time()
        export(kind, person_id, Path(folder) / "export")
        found = {
            "seconds": time.perf_counter() - begun,
            "processor": time.process_time() - used,
            "memory": most_memory() - base,
        }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
