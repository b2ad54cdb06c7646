"""Secrets stay in: whatever shape a service or a library gives them, no file, log, table or line holds one."""

# Long because: one list of the shapes of a secret, and every place that could hold one.

from __future__ import annotations

import base64
import html
import io
import json
import logging
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reddit_fake import TOKEN_PATH, listing, thing, token
from replay import Request, Response, answer, serve

from earful.connectors.post import Post, Rejected, page
from earful.flows.cli.main import call
from earful.flows.config.secret_values import secrets_of
from earful.flows.config.settings import Settings, parse
from earful.flows.process import redact
from earful.flows.process.redact import MASK, Filter, GuardedStream, forms, guard_logs

SECRET = "a/b+c d&e\"f'g=%ü€-ZYX"  # a password that every encoding writes in its own way
CONFIG = {
    "products": [{"slug": "acme", "name": "Acme"}],
    "channels": [
        {
            "name": "forum",
            "connector": "reddit",
            "subreddits": ["acme"],
            "client_secret_env": "RD_SECRET",
            "username_env": "RD_USER",
            "password_env": "RD_PASS",
        },
        {"name": "play", "connector": "google_play_api", "credentials_env": "PLAY_KEY"},
    ],
    "digest": {"target_env": "WHO_IS_TOLD"},
}


def settings(tmp_path: Path) -> Settings:
    return parse(CONFIG, tmp_path / "earful.toml")


@pytest.mark.parametrize(
    "shape",
    [
        SECRET,
        quote(SECRET, safe=""),
        quote(SECRET, safe="").lower().replace("zyx", "ZYX"),
        quote_plus(SECRET),
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
        json.dumps(SECRET).replace("/", "\\/"),
        html.escape(SECRET),
        repr(SECRET),
        *(base64.b64encode((before + SECRET + after).encode()).decode() for before in ("", "i", "id") for after in ("", ":", "::")),
        base64.urlsafe_b64encode(f"client:{SECRET}".encode()).decode(),
    ],
)  # fmt: skip
def test_every_shape_of_a_secret_is_taken_out(shape: str) -> None:
    left = Filter([SECRET])(f"the service said {shape}!")
    assert MASK in left
    # No run of the secret that somebody could use is left, as it is or in base64 at any place of a group of three.
    bare = SECRET.encode()
    for whole in (SECRET, *(base64.b64encode(b"x" * shift + bare).decode()[4:-4] for shift in range(3))):
        for at in range(len(whole) - 7):
            assert whole[at : at + 8] not in left
    assert left.startswith("the service said ")
    assert left.endswith("!")


@given(st.text(min_size=8, max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_no_secret_survives_whatever_stands_around_it(secret: str, before: str, after: str) -> None:
    keep = Filter([secret])
    left = keep(before + secret + after)
    value = secret.strip()
    if len(value) >= redact.SHORTEST:
        assert value not in left.replace(MASK, "")
    else:
        assert left == before + secret + after


def test_one_secret_that_begins_another_leaves_no_end_behind() -> None:
    assert Filter(["password1", "password1-and-more"])("x password1-and-more y") == f"x {MASK} y"


def test_a_secret_that_is_learned_later_is_taken_out_too() -> None:
    keep = Filter(["the-client-secret"])
    assert keep("the-client-secret the-author-secret") == f"{MASK} the-author-secret"
    keep.add(["the-author-secret"])
    assert keep("the-client-secret the-author-secret") == f"{MASK} {MASK}"
    keep.forget()
    assert keep("the-client-secret the-author-secret") == "the-client-secret the-author-secret"


def test_short_values_are_words_that_anybody_writes() -> None:
    assert Filter(["support"])("the support is great") == "the support is great"


def test_the_secrets_of_a_configuration(tmp_path: Path) -> None:
    key = {
        "type": "service_account",
        "private_key_id": "0123456789abcdef",
        "private_key": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nAQEFAASCBKcwggSjAgEAAo\n-----END PRIVATE KEY-----\n",
        "client_email": "earful@example.iam.example",
    }
    file = tmp_path / "key.json"
    file.write_text(json.dumps(key))
    found = secrets_of(
        settings(tmp_path),
        {
            "REDDIT_CLIENT_ID": "client-id-of-ours",
            "RD_SECRET": "the-client-secret",
            "RD_USER": "everybody",
            "RD_PASS": "the-pass-word",
            "PLAY_KEY": str(file),
            "WHO_IS_TOLD": "mailtos://me:mail%40password@example.com slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
            "EARFUL_AUTHOR_SECRET": "author-secret-value of everywhere",
            "EARFUL_FORMER_AUTHOR_SECRETS": "former-secret-1 former-secret-2",
            "HTTPS_PROXY": "http://me:proxy-password@10.0.0.1:3128",
            "UNRELATED": "not-ours-at-all",
        },
    )
    hide = Filter(found)
    for secret in (
        "client-id-of-ours", "the-client-secret", "the-pass-word", "0123456789abcdef", "MIIEvQIBADANBgkqhkiG9w0",
        "AQEFAASCBKcwggSjAgEAAo", "mail%40password", "mail@password", "TIiajkdnlazkcOXrIdevi7FQ",
        "author-secret-value of everywhere", "former-secret-1", "former-secret-2", "proxy-password",
    ):  # fmt: skip
        assert hide(f"<{secret}>") == f"<{MASK}>", secret
    # A name is no secret, and where the key lies has to be said when it cannot be read.
    for word in ("everybody", "everywhere", str(file), "not-ours-at-all", "example.com"):
        assert hide(word) == word


def test_a_page_of_posts_is_cleaned_in_every_text() -> None:
    post = Post(
        source="s", channel="c", post_id="id the-client-secret", kind="post", product="acme",
        created_at=datetime(2026, 1, 1, tzinfo=UTC), title="T the-client-secret", text="dGhlLWNsaWVudC1zZWNyZXQ=",
        url="https://x.example/?s=the-client-secret", app_version="the-client-secret", language_hint="the-client-secret",
        market="the-client-secret", raw_created="the-client-secret", author="0" * 32,
    )  # fmt: skip
    other = Post("s", "c", "2", "post", "acme", datetime(2026, 1, 1, tzinfo=UTC), text="as it was")
    given_page = page([post, other], [Rejected("the-client-secret", "bad the-client-secret")], ["the-client-secret"])
    cleaned = Filter(["the-client-secret"]).page(given_page)
    said = repr(cleaned.posts.to_pylist()) + repr(cleaned.rejected) + repr(cleaned.gone)
    assert "secret" not in said
    assert "dGhlLWNsaWVudC1zZWNyZX" not in said
    assert cleaned.posts.schema == given_page.posts.schema
    assert cleaned.posts.slice(1, 1).equals(given_page.posts.slice(1, 1))
    untouched = page([other])
    assert Filter(["the-client-secret"]).page(untouched).posts is untouched.posts


def test_errors_are_cleaned_to_their_root() -> None:
    error, root = ValueError("saw the-client-secret", 3), KeyError("the-client-secret")
    error.__cause__, root.__context__ = root, error  # a circle ends too
    Filter(["the-client-secret"]).error(error)
    assert error.args == (f"saw {MASK}", 3)
    assert root.args == (MASK,)


def test_logs_hold_neither_secrets_nor_control_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redact, "outgoing", Filter(["the-client-secret"]))
    before = logging.getLogRecordFactory()
    guard_logs()
    out = io.StringIO()
    logger = logging.Logger("of this test")
    logger.addHandler(logging.StreamHandler(out))
    try:
        logger.error("%s says \x1b[31m%s", "it", "the-client-secret")
        try:
            raise ValueError("with the-client-secret")
        except ValueError:
            logger.exception("failed")
    finally:
        logging.setLogRecordFactory(before)
    assert out.getvalue().splitlines()[0] == rf"it says \x1b[31m{MASK}"
    assert "Traceback" in out.getvalue()
    assert f"ValueError: with {MASK}" in out.getvalue()


class _OfItsOwnWords(Exception):
    def __str__(self) -> str:
        return "the-client-secret"


def _noted() -> Exception:
    error = ValueError("a")
    error.add_note("the-client-secret")
    return error


@pytest.mark.parametrize(
    "error",
    [
        OSError(2, "No such file", "/x/the-client-secret"),
        _noted(),
        ExceptionGroup("two", [ValueError("the-client-secret")]),
        KeyError(("a", "the-client-secret")),
        ValueError(b"the-client-secret"),
        _OfItsOwnWords(),
        ValueError("\x1b[31mthe-client-secret"),
    ],
)
def test_a_trace_holds_neither_wherever_an_error_has_its_words(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(redact, "outgoing", Filter(["the-client-secret"]))
    before = logging.getLogRecordFactory()
    guard_logs()
    out = io.StringIO()
    logger = logging.Logger("of this test")
    logger.addHandler(logging.StreamHandler(out))
    try:
        raise error
    except type(error):
        logger.exception("failed")
    finally:
        logging.setLogRecordFactory(before)
    assert "Traceback" in out.getvalue()
    assert MASK in out.getvalue()
    assert "secret" not in out.getvalue()
    assert "\x1b" not in out.getvalue()


def test_a_stream_lets_no_secret_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redact, "outgoing", Filter(["the-client-secret"]))
    out = io.StringIO()
    stream = GuardedStream(out)
    print("a the-client-secret b", file=stream)
    stream.writelines(["the-client-", "the-client-secret"])
    assert out.getvalue() == f"a {MASK} b\nthe-client-{MASK}"
    assert not stream.isatty()


def test_forms_of_a_value_are_long_enough_to_be_no_word() -> None:
    assert all(len(form) >= redact.SHORTEST for form in forms("abcdefgh"))


PRODUCT = """
time_zone = "UTC"
[[products]]
slug = "acme"
name = "Acme"
include = ["acme"]
"""
REDDIT = """
[[channels]]
name = "{name}"
connector = "reddit"
subreddits = ["acme"]
listings = ["new"]
reddit_url = "{url}"
oauth_url = "{url}"
ratelimit_seconds = 0
"""
ENV = {"REDDIT_CLIENT_ID": "Marker-Client-Id", "REDDIT_CLIENT_SECRET": "Marker/Client+Secret"}
MARKERS = (
    "Marker-Client-Id",
    "Marker/Client+Secret",
    "Marker%2FClient%2BSecret",
    base64.b64encode(b"Marker-Client-Id:Marker/Client+Secret").decode(),
)


def in_no_file(home: Path) -> None:
    """Every byte that a night wrote, without the configuration."""
    for file in (f for f in home.rglob("*") if f.is_file()):
        held = file.read_bytes()
        for marker in MARKERS:
            assert marker.encode() not in held, (file, marker)


@pytest.mark.usefixtures("prefect_server")
def test_services_that_echo_what_they_were_sent_put_no_secret_anywhere(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One refuses the token and repeats it, the other has a post that repeats it: in one night."""
    for name, value in ENV.items():
        monkeypatch.setenv(name, value)
    refused: list[str] = []
    basic = ""

    def token_is_refused(request: Request) -> Response:
        refused.append(base64.b64decode(request.headers["authorization"].partition(" ")[2]).decode())
        return answer({"error": refused[-1], "message": f"bad {request.headers['authorization']}"})

    def post_repeats(request: Request) -> Response:
        nonlocal basic
        if request.path == TOKEN_PATH:
            basic = request.headers["authorization"]
            return token()
        words = f"acme {basic} {' '.join(MARKERS)}"
        an_hour_ago = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        return listing([thing(1, an_hour_ago, title=words, selftext=words, permalink=f"/{MARKERS[0]}")])

    with serve(token_is_refused) as refusing, serve(post_repeats) as repeating:
        channels = [REDDIT.format(name=n, url=s.url) for n, s in (("closed", refusing), ("forum", repeating))]
        (home / "earful.toml").write_text(PRODUCT + "".join(channels))
        assert call(["run"]) == 3
    assert set(refused) == {":".join(ENV.values())}
    assert call(["sql", "select title, text, url from posts"]) == 0
    said = "".join(capsys.readouterr())
    assert "no token" in said
    assert f"acme Basic {MASK}" in said
    assert not any(marker in said for marker in MARKERS)
    in_no_file(home)


@pytest.mark.process
def test_the_command_itself_writes_no_secret(tmp_path: Path) -> None:
    """The whole process, its last line too: a secret written into a name that an error repeats."""
    (tmp_path / "earful.toml").write_text(PRODUCT + REDDIT.format(name="forum", url="http://127.0.0.1:9"))
    done = subprocess.run(
        [sys.executable, "-c", "from earful.flows.cli.main import main; main()", "trend", "the-client-secret"],
        cwd=tmp_path, env={**ENV, "REDDIT_CLIENT_SECRET": "the-client-secret", "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == f"earful: trend: found '{MASK}'; allowed: acme\n"
