"""The second factor: authenticator apps and recovery codes, what follows when one comes or goes, the reset."""

import hmac
from datetime import datetime
from typing import Final

import pyotp
from sqlalchemy import delete, func, select, update

from tracker.accounts import throttle
from tracker.accounts.actions import Mistyped, end_others, end_sessions
from tracker.accounts.credentials import forget_factors
from tracker.accounts.notices import Changed, tell
from tracker.accounts.sealed import seal, unseal
from tracker.accounts.secrets_kept import hash_password, matches
from tracker.accounts.visits import Visit
from tracker.models import Authenticator, Passkey, Person, RecoveryCode, new_id
from tracker.plumbing.database import apart, db
from tracker.plumbing.history import remember
from tracker.rules import codes
from tracker.rules.limits import TextRefused, clean_text
from tracker.rules.refusals import Forbidden, Invalid, NotAllowedNow
from tracker.rules.sentences import say

HALF_MINUTE: Final = 30
DRIFT: Final = 1
"""So many half minutes may the clock of a phone be off, either way."""
WRONG_CODE: Final = say("This code is not right, or was used before. Wait for the next one and type that.")
REASON: Final = 500


# --- an authenticator app


def begin_authenticator(person: Person, *, now: datetime) -> Authenticator:
    """A new secret to put into an app; it counts once a code of it is given. An earlier attempt is forgotten."""
    _forget_unconfirmed(person)
    app_id = new_id()
    begun = Authenticator(
        id=app_id,
        person_id=person.id,
        secret=seal(pyotp.random_base32(), person_id=person.id),
        created_at=now,
    )
    db.session.add(begun)
    db.session.flush()
    return begun


def unconfirmed(person: Person) -> Authenticator | None:
    """The app that is being set up."""
    return db.session.scalars(
        select(Authenticator)
        .where(Authenticator.person_id == person.id, Authenticator.confirmed_at.is_(None))
        .order_by(Authenticator.created_at.desc())
        .limit(1)
    ).one_or_none()


def confirmed(person: Person) -> Authenticator | None:
    return db.session.scalars(
        select(Authenticator)
        .where(Authenticator.person_id == person.id, Authenticator.confirmed_at.is_not(None))
        .limit(1)
    ).one_or_none()


def confirm_authenticator(person: Person, typed: str, *, now: datetime, visit: Visit) -> list[str]:
    """The app counts from now on, in place of any earlier one. Gives recovery codes where there were none."""
    app = unconfirmed(person)
    if app is None:
        raise NotAllowedNow(say("Begin again: this set-up was ended or has been done already."))
    buckets = _buckets(person, visit)
    throttle.count_all(buckets, now=now)
    step = _step_of(app, codes.app_code(typed), now=now)
    if step is None:
        raise Mistyped("code", say("This is not the code that the app shows now. Wait for the next one and type that."))
    throttle.forgive_all(buckets, now=now)
    db.session.execute(delete(Authenticator).where(Authenticator.person_id == person.id, Authenticator.id != app.id))
    app.confirmed_at, app.last_step = now, step
    remember("person", person.id, "authenticator_added", by=person, now=now)
    tell(person, Changed.APP_ADDED, now=now, visit=visit)
    return factor_came(person, now=now)


def remove_authenticator(person: Person, *, must_have: bool, now: datetime, visit: Visit) -> None:
    if confirmed(person) is None:
        raise NotAllowedNow(say("There is no authenticator app on your account."))
    db.session.execute(delete(Authenticator).where(Authenticator.person_id == person.id))
    remember("person", person.id, "authenticator_removed", by=person, now=now)
    tell(person, Changed.APP_REMOVED, now=now, visit=visit)
    factor_went(person, must_have=must_have, now=now)


def _forget_unconfirmed(person: Person) -> None:
    db.session.execute(
        delete(Authenticator).where(Authenticator.person_id == person.id, Authenticator.confirmed_at.is_(None))
    )


def secret_of(app: Authenticator) -> str:
    """What the app is given; Invalid where the key it was sealed with is gone."""
    secret = unseal(app.secret, person_id=app.person_id)
    if secret is None:
        raise Invalid(say("This set-up can no longer be read. Please begin again."))
    return secret


def _step_of(app: Authenticator, digits: str | None, *, now: datetime) -> int | None:
    """The half minute of which these are the digits, within what a clock may drift."""
    secret = unseal(app.secret, person_id=app.person_id)
    if digits is None or secret is None:
        return None
    current, totp = int(now.timestamp()) // HALF_MINUTE, pyotp.TOTP(secret)
    steps = range(current - DRIFT, current + DRIFT + 1)
    found = [step for step in steps if hmac.compare_digest(totp.generate_otp(step), digits)]
    return found[-1] if found else None


# --- showing it


def show_code(person: Person, typed: str, *, now: datetime, visit: Visit) -> bool:
    """Take a code of the app, or a recovery code, once; Mistyped when it is neither. Tries count as for passwords.

    True for a recovery code, of which `note_recovery` then tells. Written apart, so that a code stays used whatever
    becomes of the request.
    """
    buckets = _buckets(person, visit)
    throttle.count_all(buckets, now=now)
    by_app = codes.app_code(typed)
    by_paper = codes.recovery_code(typed)
    used_paper = by_paper is not None and _spend_recovery_code(person.id, by_paper, now=now)
    if not used_paper and not (by_app is not None and _spend_app_code(person.id, by_app, now=now)):
        raise Mistyped("code", WRONG_CODE)
    throttle.forgive_all(buckets, now=now)
    return used_paper


def note_recovery(person: Person, *, now: datetime, visit: Visit) -> None:
    remember("person", person.id, "recovery_code_used", by=person, now=now)
    tell(person, Changed.CODE_USED, now=now, visit=visit, left=codes_left(person))


def _buckets(person: Person, visit: Visit) -> list[tuple[str, str]]:
    if visit.known_device:
        return [("code from device", f"{person.id} {visit.known_device}")]
    return [("code to account", person.id), ("code to account in a day", person.id)]


def _spend_app_code(person_id: str, digits: str, *, now: datetime) -> bool:
    app = db.session.scalars(
        select(Authenticator).where(Authenticator.person_id == person_id, Authenticator.confirmed_at.is_not(None))
    ).one_or_none()
    step = _step_of(app, digits, now=now) if app else None
    if app is None or step is None:
        return False
    app_id = app.id
    with apart() as session:
        taken = session.execute(
            update(Authenticator)
            .where(Authenticator.id == app_id, Authenticator.last_step < step)
            .values(last_step=step)
            .returning(Authenticator.id)
        ).first()
    return taken is not None


def _spend_recovery_code(person_id: str, code: str, *, now: datetime) -> bool:
    left = db.session.scalars(
        select(RecoveryCode).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    ).all()
    right = next((one.id for one in left if matches(code, one.code_hash)), None)
    if right is None:
        return False
    with apart() as session:
        taken = session.execute(
            update(RecoveryCode)
            .where(RecoveryCode.id == right, RecoveryCode.used_at.is_(None))
            .values(used_at=now)
            .returning(RecoveryCode.id)
        ).first()
    return taken is not None


# --- recovery codes


def new_recovery_codes(person: Person, *, now: datetime, visit: Visit) -> list[str]:
    """Ten new codes, to be shown once; all earlier ones stop working."""
    if person.factor_since is None:
        raise NotAllowedNow(say("Set up an authenticator app or a passkey first."))
    made = _make_codes(person, now=now)
    tell(person, Changed.CODES_MADE, now=now, visit=visit)
    return made


def _make_codes(person: Person, *, now: datetime) -> list[str]:
    made = [codes.new_recovery_code() for _ in range(codes.HOW_MANY)]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    db.session.add_all(
        RecoveryCode(id=new_id(), person_id=person.id, code_hash=hash_password(code), created_at=now) for code in made
    )
    remember("person", person.id, "recovery_codes_made", by=person, now=now)
    return made


def codes_left(person: Person) -> int:
    left = select(func.count()).where(RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(left) or 0


# --- coming and going


def factor_came(person: Person, *, now: datetime) -> list[str]:
    """Other sessions end, since they never showed it. Ten recovery codes with the first factor, else none."""
    end_others(person, now=now)
    person.factor_since = person.factor_since or now
    db.session.flush()
    return [] if codes_left(person) else _make_codes(person, now=now)


def factor_went(person: Person, *, must_have: bool, now: datetime) -> None:
    """Other sessions end. With the last factor the recovery codes go; refused where one must have a factor."""
    end_others(person, now=now)
    passkeys = db.session.scalar(select(func.count()).where(Passkey.person_id == person.id)) or 0
    if confirmed(person) is not None or passkeys:
        return
    if must_have:
        raise NotAllowedNow(say("Whoever works here needs a second factor. Add another one before you remove this."))
    person.factor_since = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))


def reset_factors(person: Person, *, reason: str, by: Person, now: datetime) -> None:
    """For who lost everything: HR has made sure who asks. All their sessions end, and they are told."""
    if person.id == by.id:
        raise Forbidden(say("Change your own second factor on your own page."))
    if person.factor_since is None:
        raise NotAllowedNow(say("%(name)s has no second factor.", name=person.name))
    why = checked_reason(reason)
    forget_factors(person)
    end_sessions(person, now=now)
    remember("person", person.id, "second_factor_reset", by=by, now=now, reason=why)
    tell(person, Changed.RESET, now=now, visit=None)


def checked_reason(raw: str) -> str:
    try:
        reason = clean_text(raw, maximum=REASON, multiline=False)
    except TextRefused as refusal:
        raise Mistyped("reason", refusal.sentence) from refusal
    if not reason:
        raise Mistyped("reason", say("Say why, and how you made sure who asked. It is kept."))
    return reason
