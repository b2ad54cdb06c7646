"""What worker, flows and server are given of the environment: what they need, by name."""

from __future__ import annotations

from pathlib import Path

from earful.flows.config.settings import Settings, parse
from earful.flows.server.child_environment import for_flows, for_server, named_secrets

SHELL = {
    "PATH": "/bin", "HOME": "/home/me", "LANG": "C.UTF-8", "LC_ALL": "C", "TZ": "UTC", "PYTHONPATH": "here",
    "https_proxy": "p", "HTTP_PROXY": "p", "NO_PROXY": "n", "SSL_CERT_FILE": "s", "REQUESTS_CA_BUNDLE": "r",
    "PREFECT_API_URL": "u", "PREFECT_API_AUTH_STRING": "c", "EARFUL_CONFIG": "e", "TMPDIR": "t",
}  # fmt: skip
SECRETS = {"TEAM_ID": "1", "REDDIT_CLIENT_SECRET": "2", "DIGEST_TO": "mailtos://me:password@example.com"}
OTHERS = {"AWS_SECRET_ACCESS_KEY": "3", "GITHUB_TOKEN": "4", "GOOGLE_APPLICATION_CREDENTIALS": "5", "SSH_AUTH_SOCK": "6",
          "REDDIT_CLIENT_ID": "not the one that is named", "MY_EARFUL_KEY": "7", "XPATH": "8"}  # fmt: skip


def settings() -> Settings:
    return parse(
        {
            "products": [{"slug": "a", "name": "A"}],
            "digest": {"target_env": "DIGEST_TO"},
            "channels": [
                {"name": "reddit", "connector": "reddit", "subreddits": ["x"], "client_id_env": "TEAM_ID"},
                {"name": "demo", "connector": "sample"},
            ],
        },
        Path("earful.toml"),
    )


def test_the_configuration_names_its_secrets() -> None:
    assert named_secrets(settings()) == {"TEAM_ID", "REDDIT_CLIENT_SECRET", "DIGEST_TO"}


def test_flows_are_given_what_is_named_and_nothing_else() -> None:
    database = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": "x", "PREFECT_API_DATABASE_PASSWORD": "y"}
    author = {"EARFUL_AUTHOR_SECRET": "a"}
    assert for_flows(settings(), SHELL | SECRETS | OTHERS | database | author) == SHELL | SECRETS | author


def test_the_server_is_given_no_secret_but_its_own() -> None:
    database = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": "x"}
    author = {"EARFUL_AUTHOR_SECRET": "a", "EARFUL_FORMER_AUTHOR_SECRETS": "b"}
    assert for_server(SHELL | SECRETS | OTHERS | database | author) == SHELL | database
