"""Settings: told all at once what is wrong, and made where nothing is said."""

import stat
from pathlib import Path

import pytest

from tracker.plumbing.settings import Bucket, Settings, SettingsMistaken, Smtp, load_settings


def settings(folder: Path, **names: str) -> Settings:
    return load_settings({"TRACKER_DATA_DIR": str(folder)} | {f"TRACKER_{name}": text for name, text in names.items()})


def mistakes(folder: Path, **names: str) -> list[str]:
    with pytest.raises(SettingsMistaken) as told:
        settings(folder, **names)
    return told.value.mistakes


def test_with_nothing_set_everything_is_in_the_data_folder(tmp_path: Path) -> None:
    found = settings(tmp_path / "new" / "data")
    assert found.database_url == f"sqlite:///{tmp_path}/new/data/tracker.db"
    assert found.base_url == "http://127.0.0.1:8000"
    assert found.smtp is None
    assert found.outbox_dir == tmp_path / "new" / "data" / "outbox"
    assert (found.undo_minutes, found.comment_edit_minutes, found.upload_megabytes) == (5, 10, 10)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        BASE_URL="jobs.example.org",
        DATABASE_URL="mysql://host/db",
        SMTP_URL="http://host",
        ACCENT="blue",
        UNDO_MINUTES="soon",
        UPLOAD_MEGABYTES="100000",
        PRODUCTION="perhaps",
        LOG_LEVEL="loud",
        MAIL_FROM="two@example.org, three@example.org",
        STORAGE_URL="ftp://files",
        SECRET_KEY="short",
        SMTP_ULR="smtp://typo",
    )
    assert [sentence.split()[0] for sentence in told] == [
        "TRACKER_SMTP_ULR",
        "TRACKER_BASE_URL",
        "TRACKER_PRODUCTION",
        "TRACKER_DATABASE_URL",
        "TRACKER_SECRET_KEY",
        "TRACKER_SMTP_URL",
        "TRACKER_MAIL_FROM",
        "TRACKER_ACCENT",
        "TRACKER_UNDO_MINUTES",
        "TRACKER_UPLOAD_MEGABYTES",
        "TRACKER_STORAGE_URL",
        "TRACKER_LOG_LEVEL",
    ]
    assert all(sentence.endswith(".") for sentence in told)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BASE_URL", "https://jobs.example.org/path"),
        ("BASE_URL", "https://jobs.example.org?x=1"),
        ("BASE_URL", "https://host:port"),
        ("BASE_URL", "javascript:alert(1)"),
        ("UNDO_MINUTES", "-1"),
        ("UNDO_MINUTES", "٣"),
        ("UNDO_MINUTES", "5.5"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://host:many"),
        ("ACCENT", "#12345"),
        ("ACCENT", "#123456;}"),
        ("STORAGE_URL", "s3://"),
        ("STORAGE_URL", "s3://bucket?endpoint=nowhere"),
        ("STORAGE_URL", "s3://bucket?colour=red"),
        ("STORAGE_URL", "s3://bucket?endpoint"),
        ("REDIS_URL", "http://host"),
        ("REDIS_URL", "redis://"),
        ("REDIS_URL", "redis://host:many"),
        ("ADDRESS_LIMIT", "-1"),
        ("METRICS_TOKEN", "short"),
        ("METRICS_TOKEN", "with spaces in between"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///relative.db"),
        ("DATABASE_URL", "postgresql://"),
    ],
)
def test_a_value_that_cannot_be_is_refused(tmp_path: Path, name: str, value: str) -> None:
    told = mistakes(tmp_path, **{name: value})
    assert len(told) == 1
    assert told[0].startswith(f"TRACKER_{name} ")


def test_production_wants_https(tmp_path: Path) -> None:
    assert mistakes(tmp_path, PRODUCTION="yes") == [
        "TRACKER_BASE_URL must begin with https:// where TRACKER_PRODUCTION is yes."
    ]
    assert (
        settings(tmp_path, PRODUCTION="yes", BASE_URL="https://jobs.example.org/").base_url
        == "https://jobs.example.org"
    )


def test_staff_need_a_second_factor_in_production_unless_said_otherwise(tmp_path: Path) -> None:
    real = {"PRODUCTION": "yes", "BASE_URL": "https://jobs.example.org"}
    assert settings(tmp_path).staff_second_factor is False
    assert settings(tmp_path, STAFF_SECOND_FACTOR="yes").staff_second_factor is True
    assert settings(tmp_path, **real).staff_second_factor is True
    assert settings(tmp_path, **real, STAFF_SECOND_FACTOR="no").staff_second_factor is False


def test_orcid_needs_its_two_and_an_institution_its_four(tmp_path: Path) -> None:
    assert settings(tmp_path).providers == ()
    orcid, *rest = settings(tmp_path, ORCID_CLIENT_ID="APP-1", ORCID_CLIENT_SECRET="word").providers
    assert (orcid.key, orcid.name, orcid.issuer, rest) == ("orcid", "ORCID", "https://orcid.org", [])
    four = {"CLIENT_ID": "us", "CLIENT_SECRET": "word", "ISSUER": "https://connect.surfconext.nl", "NAME": "SURFconext"}
    given = {f"INSTITUTION_{name}": value for name, value in four.items()}
    (institution,) = settings(tmp_path, **given, INSTITUTION_SECOND_FACTOR="mfa  loa3").providers
    assert (institution.name, institution.second_factor) == ("SURFconext", frozenset({"mfa", "loa3"}))


def test_a_sign_in_that_is_half_configured_says_what_is_missing(tmp_path: Path) -> None:
    assert mistakes(tmp_path, ORCID_CLIENT_ID="APP-1") == [
        "TRACKER_ORCID_CLIENT_SECRET is missing, while TRACKER_ORCID_CLIENT_ID is given; give all of them, or none."
    ]
    told = mistakes(tmp_path, INSTITUTION_SECOND_FACTOR="mfa", INSTITUTION_ISSUER="connect.surfconext.nl")
    assert [one.split(" ")[0] for one in told] == [
        "TRACKER_INSTITUTION_CLIENT_ID",
        "TRACKER_INSTITUTION_CLIENT_SECRET",
        "TRACKER_INSTITUTION_NAME",
        "TRACKER_INSTITUTION_ISSUER",
    ]


def test_in_production_nobody_vouches_over_plain_http(tmp_path: Path) -> None:
    given = {"ORCID_CLIENT_ID": "a", "ORCID_CLIENT_SECRET": "b", "ORCID_ISSUER": "http://localhost:9400"}
    assert settings(tmp_path, **given).providers[0].issuer == "http://localhost:9400"
    told = mistakes(tmp_path, **given, PRODUCTION="yes", BASE_URL="https://jobs.example.org")
    assert [one.split(" ")[0] for one in told] == ["TRACKER_ORCID_ISSUER"]


def test_the_secret_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    first, second = settings(tmp_path), settings(tmp_path)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_damaged_secret_key_is_told_and_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("")
    assert mistakes(tmp_path)[0].startswith("TRACKER_SECRET_KEY is kept in ")


def test_a_mistake_makes_no_secret_key(tmp_path: Path) -> None:
    mistakes(tmp_path, BASE_URL="nowhere")
    assert list(tmp_path.iterdir()) == []


def test_a_data_folder_that_cannot_be_made_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert mistakes(tmp_path / "file" / "data")[0].startswith("TRACKER_DATA_DIR names a folder that cannot be made")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spoken_to_by_psycopg_however_it_is_written(tmp_path: Path, scheme: str) -> None:
    found = settings(tmp_path, DATABASE_URL=f"{scheme}://user:word@db.example/tracker")
    assert found.database_url == "postgresql+psycopg://user:word@db.example/tracker"


@pytest.mark.parametrize(
    ("url", "smtp"),
    [
        ("smtp://mail.example", Smtp("mail.example", 25)),
        ("smtp://me:p%40ss@mail.example:587?starttls=1", Smtp("mail.example", 587, "me", "p@ss", starttls=True)),
        ("smtps://mail.example", Smtp("mail.example", 465, tls=True)),
    ],
)
def test_the_mail_server_in_one_address(tmp_path: Path, url: str, smtp: Smtp) -> None:
    assert settings(tmp_path, SMTP_URL=url).smtp == smtp


@pytest.mark.parametrize(
    ("base_url", "sender"),
    [
        ("https://jobs.example.org", "tracker@jobs.example.org"),
        ("http://127.0.0.1:8000", "tracker@localhost"),
        ("http://localhost", "tracker@localhost"),
    ],
)
def test_the_sender_follows_from_the_address_of_the_site(tmp_path: Path, base_url: str, sender: str) -> None:
    assert settings(tmp_path, BASE_URL=base_url).mail_from == sender


def test_a_bucket_with_its_keys_in_the_address(tmp_path: Path) -> None:
    url = "s3://me:s%2Fcret@files/tracker?endpoint=https://s3.example.org/&region=eu-central-1"
    assert settings(tmp_path, STORAGE_URL=url).bucket == Bucket(
        "files", "tracker", "https://s3.example.org", "eu-central-1", "me", "s/cret"
    )


def test_a_bucket_with_its_keys_in_the_usual_variables(tmp_path: Path) -> None:
    given = {
        "TRACKER_DATA_DIR": str(tmp_path),
        "TRACKER_STORAGE_URL": "s3://files",
        "AWS_ACCESS_KEY_ID": "me",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "session",
        "AWS_REGION": "eu-west-1",
    }
    assert load_settings(given).bucket == Bucket("files", "", "", "eu-west-1", "me", "secret", "session")
