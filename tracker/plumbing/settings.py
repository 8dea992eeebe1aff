"""Settings: read once from the environment, every mistake told at once in a sentence."""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from tracker.plumbing.vouching import PROVIDER_NAMES, Provider, read_providers

PREFIX = "TRACKER_"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
COLOUR = re.compile("#[0-9a-fA-F]{6}")
AGE_KEYS = re.compile(r"(age1[02-9ac-hj-np-z]{58}\s*)*")
MAIL_ADDRESS = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+")


class SettingsMistaken(Exception):
    """The environment cannot be used as it is; `mistakes` has a sentence for each reason."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Smtp:
    """Where mail is handed in: implicit TLS for smtps, STARTTLS where asked."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: bool = False
    starttls: bool = False


@dataclass(frozen=True)
class Bucket:
    """Where files are kept on S3 or what speaks like it; without keys, the machine's own role at the provider."""

    name: str
    prefix: str = ""
    endpoint: str = ""
    """Empty: Amazon's own, in that region."""
    region: str = "us-east-1"
    key_id: str = ""
    key: str = ""
    session_token: str = ""


@dataclass(frozen=True)
class Settings:
    data_dir: Path
    database_url: str
    base_url: str
    secret_key: str
    smtp: Smtp | None = None
    """None: mails become files in the folder `outbox` of the data folder."""
    mail_from: str = "tracker@localhost"
    institute_name: str = "University Medical Centre"
    institute_unit: str = ""
    institute_logo: str = ""
    accent: str = "#0b5fa5"
    undo_minutes: int = 5
    """How long the message of a move waits, and so how long the move can be undone."""
    comment_edit_minutes: int = 10
    session_idle_hours: int = 12
    session_days: int = 14
    upload_megabytes: int = 10
    bucket: Bucket | None = None
    """None: the folder `files` of the data folder."""
    redis_url: str = ""
    """Empty: tries by address are counted by each process for itself, and workers look for jobs once a second."""
    address_limit: int = 1
    """How many times the usual rate of sign-ins, uploads and searches one address may have; 0: any."""
    backup_recipients: tuple[str, ...] = ()
    """Public keys of age to which `tracker backup` seals."""
    metrics_token: str = ""
    """Empty: there are no metrics to ask for."""
    trusted_proxies: int = 0
    workers: int = 2
    """Jobs done side by side, in `serve` and in `work`."""
    log_level: str = "INFO"
    production: bool = False
    staff_second_factor: bool = False
    """Staff set up a second factor before anything else; where not said, on in production."""
    providers: tuple[Provider, ...] = ()

    @property
    def is_secure(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def outbox_dir(self) -> Path:
        return self.data_dir / "outbox"

    @property
    def files_dir(self) -> Path:
        return self.data_dir / "files"


ADDRESSES = {"smtp": ("SMTP_URL",), "bucket": ("STORAGE_URL",), "providers": PROVIDER_NAMES}
"""Settings that are written otherwise than they are kept: as one address, or in parts."""
NAMES = frozenset(PREFIX + name for one in fields(Settings) for name in ADDRESSES.get(one.name, (one.name.upper(),)))


class _Reader:
    """Takes values out of the environment and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.mistakes: list[str] = []

    def text(self, name: str, otherwise: str = "") -> str:
        return self.environ.get(PREFIX + name, "").strip() or otherwise

    def wrong(self, name: str, sentence: str) -> None:
        self.mistakes.append(f"{PREFIX}{name} {sentence}")

    def number(self, name: str, otherwise: int, least: int, most: int) -> int:
        raw = self.text(name)
        if not raw:
            return otherwise
        if not re.fullmatch(r"\d{1,9}", raw, re.ASCII) or not least <= int(raw) <= most:
            self.wrong(name, f"must be a whole number from {least} to {most}, not {raw!r}.")
            return otherwise
        return int(raw)

    def yes(self, name: str, *, otherwise: bool = False) -> bool:
        raw = self.text(name, "yes" if otherwise else "no").lower()
        if raw not in {"0", "1", "no", "yes", "false", "true"}:
            self.wrong(name, f"must be yes or no, not {raw!r}.")
        return raw in {"1", "yes", "true"}

    def fitting(self, name: str, otherwise: str, fits: Callable[[str], object], sentence: str) -> str:
        raw = self.text(name, otherwise)
        if not fits(raw):
            self.wrong(name, f"{sentence}, not {raw!r}.")
            return otherwise
        return raw


def load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings in `environ`; raises SettingsMistaken with every mistake at once. Makes the data folder."""
    read = _Reader(environ)
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in NAMES:
            read.mistakes.append(f"{name} is not a setting of this program; see the table of settings in the README.")
    data_dir = _data_dir(read)
    base_url = read.fitting(
        "BASE_URL", "http://127.0.0.1:8000", _is_site, "must be the address of the site, as https://jobs.example.org"
    )
    production = read.yes("PRODUCTION")
    values = Settings(
        data_dir=data_dir,
        database_url=_database_url(read, data_dir),
        base_url=base_url.rstrip("/"),
        secret_key=_secret_key(read, data_dir),
        smtp=_smtp(read),
        mail_from=read.fitting("MAIL_FROM", _mail_from(base_url), MAIL_ADDRESS.fullmatch, "must be one e-mail address"),
        institute_name=read.text("INSTITUTE_NAME", Settings.institute_name),
        institute_unit=read.text("INSTITUTE_UNIT"),
        institute_logo=read.text("INSTITUTE_LOGO"),
        accent=read.fitting("ACCENT", Settings.accent, COLOUR.fullmatch, "must be a colour as #0b5fa5"),
        undo_minutes=read.number("UNDO_MINUTES", 5, 0, 1440),
        comment_edit_minutes=read.number("COMMENT_EDIT_MINUTES", 10, 0, 1440),
        session_idle_hours=read.number("SESSION_IDLE_HOURS", 12, 1, 720),
        session_days=read.number("SESSION_DAYS", 14, 1, 365),
        upload_megabytes=read.number("UPLOAD_MEGABYTES", 10, 1, 100),
        bucket=_bucket(read),
        redis_url=read.fitting("REDIS_URL", "", _is_redis, "must be redis://:password@host:6379/0 or rediss://…"),
        address_limit=read.number("ADDRESS_LIMIT", 1, 0, 1000),
        backup_recipients=tuple(
            read.fitting("BACKUP_RECIPIENTS", "", AGE_KEYS.fullmatch, "must be public keys of age, as age1…").split()
        ),
        metrics_token=_metrics_token(read),
        trusted_proxies=read.number("TRUSTED_PROXIES", 0, 0, 9),
        workers=read.number("WORKERS", 2, 1, 32),
        log_level=read.fitting("LOG_LEVEL", "INFO", LOG_LEVELS.__contains__, f"must be one of {', '.join(LOG_LEVELS)}"),
        production=production,
        staff_second_factor=read.yes("STAFF_SECOND_FACTOR", otherwise=production),
        providers=tuple(read_providers(read, production=production)),
    )
    if production and not values.is_secure:
        read.wrong("BASE_URL", "must begin with https:// where TRACKER_PRODUCTION is yes.")
    if read.mistakes:
        raise SettingsMistaken(read.mistakes)
    return values


def _data_dir(read: _Reader) -> Path:
    folder = Path(read.text("DATA_DIR", "data")).expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        read.wrong("DATA_DIR", f"names a folder that cannot be made: {folder} ({error.strerror}).")
        return folder
    if not os.access(folder, os.W_OK):
        read.wrong("DATA_DIR", f"names a folder that cannot be written to: {folder}.")
    return folder


def _database_url(read: _Reader, data_dir: Path) -> str:
    raw = read.text("DATABASE_URL")
    if not raw:
        return f"sqlite:///{data_dir / 'tracker.db'}"
    scheme, _, rest = raw.partition("://")
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"} and rest:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and rest.startswith("//") and rest.strip("/"):
        return raw
    read.wrong("DATABASE_URL", "must be postgresql://… or sqlite:////folder/file.db.")
    return f"sqlite:///{data_dir / 'tracker.db'}"


def _secret_key(read: _Reader, data_dir: Path) -> str:
    """The key that signs cookies: given, or made once and kept in the data folder, for its owner alone."""
    given = read.text("SECRET_KEY")
    if given:
        if len(given) < 32:
            read.wrong("SECRET_KEY", "must have at least 32 characters; leave it out to have one made.")
        return given
    if read.mistakes:
        return ""
    path = data_dir / "secret_key"
    if not path.exists():
        _make_key(path)
    kept = path.read_text("ascii").strip()
    if len(kept) < 32:
        read.wrong("SECRET_KEY", f"is kept in {path}, which is damaged; delete that file to have a new key made.")
    return kept


def _make_key(path: Path) -> None:
    """Whole or not at all, and the first of two that start together wins."""
    unfinished = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(unfinished, path)
    unfinished.unlink()


def _smtp(read: _Reader) -> Smtp | None:
    raw = read.text("SMTP_URL")
    if not raw:
        return None
    try:
        parts = urlsplit(raw)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        read.wrong("SMTP_URL", "must be smtp://user:password@host:587?starttls=1 or smtps://user:password@host:465.")
        return None
    tls = parts.scheme == "smtps"
    return Smtp(
        host=parts.hostname,
        port=port or (465 if tls else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
        starttls=parse_qs(parts.query).get("starttls", ["0"])[-1] in {"1", "yes", "true"},
    )


def _bucket(read: _Reader) -> Bucket | None:
    """The keys stand in the address, or in the usual variables of the provider."""
    raw = read.text("STORAGE_URL")
    if not raw:
        return None
    try:
        parts = urlsplit(raw)
        asked = {name: values[-1] for name, values in parse_qs(parts.query, strict_parsing=bool(parts.query)).items()}
    except ValueError:
        parts, asked = urlsplit(""), {}
    endpoint = asked.pop("endpoint", "") or read.environ.get("AWS_ENDPOINT_URL_S3", "")
    region = asked.pop("region", "") or read.environ.get("AWS_REGION", "") or read.environ.get("AWS_DEFAULT_REGION", "")
    if parts.scheme != "s3" or not parts.hostname or asked or (endpoint and not _is_site(endpoint)):
        read.wrong("STORAGE_URL", "must be s3://bucket?region=… or s3://bucket?endpoint=https://host, or left out.")
        return None
    own_keys = parts.username is not None
    return Bucket(
        name=parts.netloc.rpartition("@")[2],
        prefix=parts.path.strip("/"),
        endpoint=endpoint.rstrip("/"),
        region=region or Bucket.region,
        key_id=unquote(parts.username or "") if own_keys else read.environ.get("AWS_ACCESS_KEY_ID", ""),
        key=unquote(parts.password or "") if own_keys else read.environ.get("AWS_SECRET_ACCESS_KEY", ""),
        session_token="" if own_keys else read.environ.get("AWS_SESSION_TOKEN", ""),
    )


def _metrics_token(read: _Reader) -> str:
    token = read.text("METRICS_TOKEN")
    if token and not re.fullmatch(r"[!-~]{16,200}", token):
        read.wrong("METRICS_TOKEN", "must have 16 to 200 letters, digits and signs, and no spaces.")
        return ""
    return token


def _is_site(raw: str) -> bool:
    try:
        parts = urlsplit(raw)
        parts.port  # noqa: B018 - raises where the port is no number
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and not parts.query
        and not parts.fragment
        and parts.path in {"", "/"}
    )


def _is_redis(raw: str) -> bool:
    try:
        parts = urlsplit(raw)
        parts.port  # noqa: B018 - raises where the port is no number
    except ValueError:
        return False
    return not raw or (parts.scheme in {"redis", "rediss"} and bool(parts.hostname))


def _mail_from(base_url: str) -> str:
    try:
        host = urlsplit(base_url).hostname or "localhost"
    except ValueError:
        host = "localhost"
    return f"tracker@{host if host.count('.') and not host.replace('.', '').isdigit() else 'localhost'}"
