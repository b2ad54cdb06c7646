"""The guard around Prefect's server: what each stop is for, what passes, and many ways past it that are none."""

# Long because: each stop alone and each way past it, over one application.

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from guarded import COOKIE, CREDENTIAL, HERE, ORIGIN, OWN, PORT, Server, ServerAnswer, basic

from earful.flows.server.guard.access import LOGIN, TOKEN
from earful.flows.server.guard.layer import LARGEST_BODY, STOPS
from earful.flows.server.guard.logins import MINUTE, MOST, OPENED_LIFE, SESSION_LIFE, TOKEN_LIFE, TRIES, Logins
from earful.flows.server.guard.origins import Origins

JSON = ("content-type", "application/json")
#: What a page on another port of 127.0.0.1 sends along in Chromium; its cookies are ours too.
SAME_SITE = [("sec-fetch-site", "same-site"), ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "empty")]
NEIGHBOUR = ("origin", "http://127.0.0.1:9999")


# ---- for each stop one attack that it alone stops: with the other stops off, and that goes through with all of them off


def rebound(server: Server) -> bool:
    """A page of evil.example whose name now means 127.0.0.1: to the browser all of it is one origin."""
    headers = [("origin", f"http://evil.example:{PORT}"), ("sec-fetch-site", "same-origin"), JSON]
    return server.ask("POST", headers=headers, body=b"{}", host=f"evil.example:{PORT}").status == 200


def from_another_port(server: Server) -> bool:
    """A page on another port of 127.0.0.1 shows an image of ours: no Origin is sent, and the cookie is."""
    return server.ask(headers=[server.cookie(), *SAME_SITE]).status == 200


def socket_of_a_neighbour(server: Server) -> bool:
    """A websocket of a page on another port: Chromium sends it with our cookie, and without Sec-Fetch-Site."""
    said = server.socket([server.cookie(), NEIGHBOUR], ["hello"])
    return any(m.get("text") == "inside" for m in said)


def blob_without_a_type(server: Server) -> bool:
    """A `no-cors` body without a content type, from a browser too old to say where it comes from."""
    return server.ask("POST", headers=[server.cookie()], body=b"{}").status == 200


def another_user(server: Server) -> bool:
    """A program of another user of this machine."""
    return server.ask("POST", headers=[JSON], body=b"{}").status == 200


def endless_body(server: Server) -> bool:
    """More than memory holds, in chunks, with nothing else wrong."""
    parts = [b" " * 1_000_000] * (LARGEST_BODY // 1_000_000 + 1)
    return server.ask("POST", headers=[basic(CREDENTIAL), JSON], body=parts).status == 200


def readable_by_others(server: Server) -> bool:
    """Prefect's own `Access-Control-Allow-Origin: *` on what a page of another origin asked for."""
    answer = server.ask(headers=[("origin", "https://evil.example")])
    return answer.headers.get("access-control-allow-origin") == "*"


def framed(server: Server) -> bool:
    """The user's own pages in a frame of another page, to be clicked unseen."""
    headers = server.ask(target="/", headers=[server.cookie()]).headers
    return headers.get("x-frame-options") != "DENY" and "frame-ancestors" not in headers.get(
        "content-security-policy", ""
    )


ATTACKS: dict[str, Callable[[Server], bool]] = {
    "host": rebound,
    "fetch_site": from_another_port,
    "origin": socket_of_a_neighbour,
    "media_type": blob_without_a_type,
    "credential": another_user,
    "body": endless_body,
    "cors": readable_by_others,
    "framing": framed,
}


def test_there_is_an_attack_for_each_stop() -> None:
    assert set(ATTACKS) == STOPS


@pytest.mark.parametrize("stop", sorted(STOPS))
def test_each_stop_is_no_decoration(stop: str) -> None:
    attack = ATTACKS[stop]
    assert attack(Server(frozenset())), "goes through where nothing is stopped"
    assert not attack(Server(frozenset({stop}))), "stopped by this one, the others switched off"
    assert not attack(Server())


@pytest.mark.parametrize("stop", sorted(STOPS - {"host", "cors", "media_type"}))
def test_what_the_other_stops_let_through(stop: str) -> None:
    """Nothing else stops these; the three left out are stopped by another one too, in browsers of today."""
    assert ATTACKS[stop](Server(STOPS - {stop}))


# ---- what passes


def test_flows_and_worker_pass() -> None:
    server = Server()
    assert server.ask("POST", headers=[basic(CREDENTIAL), JSON], body=b'{"a": 1}').status == 200
    assert server.ask("DELETE", headers=[basic(CREDENTIAL)]).status == 200
    assert server.ask("POST", headers=[basic(CREDENTIAL)], body=b"").status == 200
    json_utf8 = ("content-type", "application/json; charset=utf-8")
    assert server.ask("PATCH", headers=[basic(CREDENTIAL), json_utf8], body=[b"{", b"}"]).status == 200
    assert [(m, b) for m, _, b in server.app.reached] == [
        ("POST", b'{"a": 1}'),
        ("DELETE", b""),
        ("POST", b""),
        ("PATCH", b"{}"),
    ]


@pytest.mark.parametrize("host", [HERE, f"localhost:{PORT}", f"LOCALHOST:{PORT}", f"[::1]:{PORT}"])
def test_our_own_pages_pass(host: str) -> None:
    server = Server()
    headers = [server.cookie(), ("origin", f"http://{host.lower()}"), ("sec-fetch-site", "same-origin"), JSON]
    assert server.ask("POST", headers=headers, body=b"{}", host=host).status == 200
    assert server.ask(target="/", headers=[server.cookie(), ("sec-fetch-site", "none")], host=host).status == 200


def test_a_link_of_another_site_may_lead_to_the_pages_and_not_into_the_api() -> None:
    server = Server()
    leads = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")]
    assert server.ask(target="/v2/", headers=[server.cookie(), *leads]).status == 200
    assert server.ask(target="/api/flows", headers=[server.cookie(), *leads]).status == 403
    framed_in = [*leads[:2], ("sec-fetch-dest", "iframe")]
    assert server.ask(target="/v2/", headers=[server.cookie(), *framed_in]).status == 403


def test_health_is_open_and_says_nothing_of_us() -> None:
    server = Server()
    assert server.ask(target="/api/health").status == 200
    assert server.ask("HEAD", target="/api/health").status == 200
    assert server.ask("POST", target="/api/health").status == 401
    assert server.ask(target="/api/health", headers=[JSON], body=b"{}").status == 401
    assert server.ask(target="/api/health", host=f"evil.example:{PORT}").status == 421


def test_every_answer_is_closed_to_others() -> None:
    server = Server()
    for answer in (
        server.ask(target="/", headers=[server.cookie()]),
        server.ask(),
        server.ask(target=LOGIN),
        server.ask(target="/", host="evil.example"),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert answer.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "connect-src 'self'" in server.ask(target="/", headers=[server.cookie()]).headers["content-security-policy"]


# ---- ways past it that are none, each with whatever else it needs

HOSTS = [
    None, "", "evil.example", "evil.example:4200", "127.0.0.1", "127.0.0.1:4201", "127.0.0.1:04200", "127.0.0.1.evil.example:4200",
    "127.0.0.1:4200.evil.example", "127.0.0.1:4200@evil.example", "evil.example@127.0.0.1:4200", "localhost.:4200", "0.0.0.0:4200",
    "[::]:4200", "127.1:4200", "2130706433:4200", "127.0.0.2:4200", " 127.0.0.1:4200", "127.0.0.1:4200,evil.example",
]  # fmt: skip
ORIGINS = [
    "null", "", "http://evil.example", "https://127.0.0.1:4200", "http://127.0.0.1", "http://127.0.0.1:9999", "http://localhost:4200",
    "http://127.0.0.1:4200.evil.example", "http://127.0.0.1:4200/", "http://127.0.0.1:4200 http://evil.example", "file://",
]  # fmt: skip
TYPES = [
    None, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain;application/json",
    "application/jsonp", "application/json, text/plain", "application/problem+json", "text/json",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_no_other_host(host: str | None) -> None:
    server = Server()
    assert server.ask(headers=[basic(CREDENTIAL)], host=host).status == 421
    assert server.ask(target=LOGIN, host=host).status == 421
    if host is not None:
        assert server.socket([basic(CREDENTIAL)], ["x"], host=host)[-1]["type"] == "websocket.close"
    assert server.app.reached == []


def test_two_hosts_are_none() -> None:
    assert Server().ask(headers=[("host", HERE), basic(CREDENTIAL)]).status == 421


@pytest.mark.parametrize("origin", ORIGINS)
def test_no_other_origin(origin: str) -> None:
    server = Server()
    for who in (basic(CREDENTIAL), server.cookie()):
        assert server.ask(headers=[who, ("origin", origin)]).status == 403
        assert server.ask("POST", headers=[who, ("origin", origin), JSON], body=b"{}").status == 403
        assert server.socket([who, ("origin", origin)], ["x"])[-1]["type"] == "websocket.close"
    assert server.ask(headers=[server.cookie(), ("origin", ORIGIN), ("origin", ORIGIN)]).status == 403
    assert server.app.reached == []


@pytest.mark.parametrize("kind", TYPES)
def test_no_other_body_than_json(kind: str | None) -> None:
    server = Server()
    headers = [basic(CREDENTIAL), *([("content-type", kind)] if kind is not None else [])]
    for method in ("POST", "PUT", "PATCH", "DELETE", "GET"):
        assert server.ask(method, headers=headers, body=b"{}").status == 415
        assert server.ask(method, headers=headers, body=[b"{}"]).status == 415
    assert server.ask("POST", headers=[*headers, JSON, JSON], body=b"{}").status == 415
    assert server.app.reached == []


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "SAME-ORIGIN", "none, same-origin"])
def test_no_other_site(site: str) -> None:
    server = Server()
    for method in ("GET", "POST", "DELETE"):
        assert server.ask(method, headers=[server.cookie(), ("origin", ORIGIN), ("sec-fetch-site", site)]).status == 403
    assert server.app.reached == []


WRONG = [
    "", "Basic", "Basic ", f"Basic {CREDENTIAL}", f"Bearer {CREDENTIAL}", "Basic !!!", "Basic ZWFyZnVsOg==", basic("")[1],
    basic(CREDENTIAL + "x")[1], basic(CREDENTIAL[:-1])[1], basic(OWN)[1], basic("earful:\u00e9")[1], "Basic gICA",
    basic(CREDENTIAL)[1] + "=",
]  # fmt: skip


@pytest.mark.parametrize("header", WRONG)
def test_no_other_credential(header: str) -> None:
    server = Server()
    assert server.ask(headers=[("authorization", header)]).status == 401
    assert server.ask(headers=[("authorization", header), server.cookie()]).status == 401
    assert server.ask(headers=[basic(CREDENTIAL), basic(CREDENTIAL)]).status == 401
    assert server.socket([("authorization", header)], ["x"])[-1]["type"] == "websocket.close"
    assert server.app.reached == []


def test_no_other_cookie() -> None:
    server, another = Server(), Server()
    good = server.cookie()[1].partition(f"{COOKIE}=")[2]
    for cookie in (
        another.cookie()[1],
        f"earful_4201={good}",
        f"{COOKIE}={good}x",
        f'{COOKIE}="{good}"',
        f"{COOKIE}=",
        f"x{COOKIE}={good}",
        f"{COOKIE.upper()}={good}",
        f"a={COOKIE}={good}",
    ):
        assert server.ask(headers=[("cookie", cookie)]).status == 401, cookie
    assert server.app.reached == []
    assert server.ask(headers=[("cookie", f"{COOKIE}=old; {COOKIE}={good}")]).status == 200


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "get", "GET ", ""])
def test_no_other_method(method: str) -> None:
    server = Server()
    assert server.ask(method, headers=[basic(CREDENTIAL)]).status == 405


def test_no_preflight_is_answered() -> None:
    server = Server()
    asks = ("access-control-request-method", "POST")
    assert server.ask("OPTIONS", headers=[("origin", ORIGIN), asks]).status == 403
    assert server.ask("OPTIONS", headers=[("origin", "http://evil.example"), asks]).status == 403
    assert server.app.reached == []


@pytest.mark.parametrize(
    "path",
    [
        "//api/health", "/api//health", "/api/health/", "/API/HEALTH", "/api/./health", "/x/../api/health", "/api/health/../flows",
        "/api/health;x", "/api/health\x00", "/earful/login/", "/earful/login/../../api/flows", "/earful//login", "/EARFUL/LOGIN", "/earful",
        "/api", "/", "/v2/", "/docs", "/openapi.json", "/api/docs", "/assets/x.js", "/ui-settings", "/favicon.ico",
    ],
)  # fmt: skip
def test_no_other_path_is_open(path: str) -> None:
    server = Server()
    assert server.ask(target=path).status == 401
    assert server.app.reached == []


@pytest.mark.parametrize("path", ["http://127.0.0.1:4200/api/health", "*", "", "api/health", "evil.example:443"])
def test_no_path_is_none_of_ours(path: str) -> None:
    server = Server()
    assert server.ask(target=path, headers=[basic(CREDENTIAL)]).status == 400
    assert server.app.reached == []


def test_the_largest_body() -> None:
    server = Server()
    headers = [basic(CREDENTIAL), JSON]
    assert server.ask("POST", headers=headers, body=b" " * LARGEST_BODY).status == 200
    assert server.ask("POST", headers=headers, body=b" " * (LARGEST_BODY + 1)).status == 413
    lie = server.ask("POST", headers=[*headers, ("content-length", "2")], body=[b" " * LARGEST_BODY, b"  "])
    assert (lie.status, lie.headers["connection"]) == (413, "close")
    assert len(server.app.reached) == 1


# ---- websockets


def auth(token: object) -> str:
    return json.dumps({"type": "auth", "token": token})


def test_a_subscriber_passes_by_its_first_message() -> None:
    """Prefect's worker and subscribers send no header."""
    server = Server()
    given = server.socket(said=[auth(CREDENTIAL), "more"])
    assert [m["type"] for m in given] == ["websocket.accept", "websocket.send", "websocket.send"]
    assert [m.get("text") for m in given[1:]] == ["inside", "inside"]
    assert [said for _, _, said in server.app.reached] == [auth(CREDENTIAL).encode(), b"more"]


@pytest.mark.parametrize(
    "first",
    ["", "[]", "null", "{}", "x" * 99, "[" * 100_000, auth(None), auth(""), auth("x"), auth([CREDENTIAL]), auth({"a": 1}),
     auth(CREDENTIAL + "\n"), json.dumps({"type": "subscribe", "token": CREDENTIAL}), json.dumps([CREDENTIAL]), '{"type": "auth", "token": "\\ud800"}'],
)  # fmt: skip
def test_nothing_passes_a_socket_before_its_credential(first: str) -> None:
    server = Server()
    given = server.socket(said=[first, auth(CREDENTIAL), "more"])
    assert [m["type"] for m in given] == ["websocket.accept", "websocket.close"]
    assert server.app.reached == []


def test_a_socket_of_a_page_needs_its_cookie_and_origin() -> None:
    server = Server()
    ours = ("origin", ORIGIN)
    assert any(m.get("text") == "inside" for m in server.socket([server.cookie(), ours], ["x"]))
    for headers in ([ours], [server.cookie()], [server.cookie(), ("origin", "null")], [server.cookie(), NEIGHBOUR]):
        assert [m["type"] for m in server.socket(headers, [auth(CREDENTIAL)])] == ["websocket.close"], headers
    assert [m["type"] for m in server.socket(said=[auth(CREDENTIAL)], subprotocols=())] == ["websocket.close"]
    assert len(server.app.reached) == 1


# ---- how a browser gets in


def token_of(answer: ServerAnswer) -> str:
    assert answer.status == 200, answer.body
    token: str = json.loads(answer.body)["token"]
    return token


def session_of(answer: ServerAnswer) -> tuple[str, str]:
    return ("cookie", answer.headers["set-cookie"].split(";")[0])


def test_a_token_logs_in_once() -> None:
    server = Server()
    token = token_of(server.ask("POST", TOKEN, headers=[basic(CREDENTIAL)]))
    assert server.ask("HEAD", f"{LOGIN}?token={token}").status == 200  # who only looks uses nothing up
    answer = server.ask(target=f"{LOGIN}?token={token}", headers=[("sec-fetch-site", "none")])
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    name, *flags = answer.headers["set-cookie"].split("; ")
    assert name.startswith(f"{COOKIE}=")
    assert sorted(flags) == ["HttpOnly", f"Max-Age={SESSION_LIFE:.0f}", "Path=/", "SameSite=Strict"]
    assert server.ask(target="/", headers=[session_of(answer)]).status == 200
    again = server.ask(target=f"{LOGIN}?token={token}")
    assert again.status == 403
    assert "set-cookie" not in again.headers
    server.now += SESSION_LIFE
    assert server.ask(target="/", headers=[session_of(answer)]).status == 401


def test_a_link_of_another_site_logs_in_by_a_page_of_ours() -> None:
    """After a redirect of another site's link a browser would keep the new SameSite=Strict cookie to itself."""
    server = Server()
    token = server.logins.make_token()
    leads = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")]
    answer = server.ask(target=f"{LOGIN}?token={token}", headers=leads)
    assert answer.status == 200
    assert b'http-equiv="refresh" content="0; url=/"' in answer.body
    assert token.encode() not in answer.body
    assert server.ask(target="/", headers=[session_of(answer)]).status == 200


def test_a_token_does_not_last() -> None:
    server = Server()
    long, short = (
        server.logins.make_token(),
        token_of(server.ask("POST", f"{TOKEN}?life=short", headers=[basic(CREDENTIAL)])),
    )
    server.now += OPENED_LIFE
    assert server.ask(target=f"{LOGIN}?token={short}").status == 403
    server.now += TOKEN_LIFE - OPENED_LIFE
    assert server.ask(target=f"{LOGIN}?token={long}").status == 403
    for wrong in ("", "x", "x" * 100_000, "%00", "%F0%28"):
        assert server.ask(target=f"{LOGIN}?token={wrong}").status in {200, 403}
    assert not server.app.reached


def test_a_cookie_makes_no_token() -> None:
    server = Server()
    assert server.ask("POST", TOKEN, headers=[server.cookie(), ("origin", ORIGIN)]).status == 403
    assert server.ask("POST", TOKEN).status == 401


def test_who_has_no_cookie_is_told_how_to_get_in() -> None:
    server = Server()
    page = server.ask(target="/", headers=[("accept", "text/html,*/*")])
    assert page.status == 401
    assert b"earful open" in page.body
    assert b"<form" not in page.body
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert server.ask(headers=[("accept", "text/html")]).headers["content-type"] == "application/json"


def form(server: Server, credential: str, *headers: tuple[str, str]) -> ServerAnswer:
    sent = [("content-type", "application/x-www-form-urlencoded"), ("origin", ORIGIN), *headers]
    return server.ask("POST", LOGIN, headers=sent, body=f"credential={credential}".encode())


def test_the_user_s_own_credential_logs_in_by_a_form() -> None:
    server = Server(own=OWN)
    assert b"<form" in server.ask(target="/", headers=[("accept", "text/html")]).body
    assert form(server, "wrong").status == 403
    answer = form(server, OWN.replace(" ", "+").replace("'", "%27"))
    assert answer.status == 303
    assert server.ask(headers=[session_of(answer)]).status == 200
    assert server.ask(headers=[basic(OWN)]).status == 200
    assert any(m.get("text") == "inside" for m in server.socket(said=[auth(OWN)]))


def test_the_form_is_for_our_own_page_alone() -> None:
    server = Server(own=OWN)
    body, kind = b"credential=x", ("content-type", "application/x-www-form-urlencoded")
    assert server.ask("POST", LOGIN, headers=[kind], body=body).status == 403
    assert server.ask("POST", LOGIN, headers=[kind, ("origin", "null")], body=body).status == 403
    assert server.ask("POST", LOGIN, headers=[JSON, ("origin", ORIGIN)], body=b"{}").status == 415
    assert server.ask("POST", LOGIN, headers=[kind, ("origin", ORIGIN)], body=[b"x" * 3000, b"x" * 3000]).status == 413
    assert form(Server(), "x").status == 404


def test_wrong_credentials_are_counted() -> None:
    server = Server(own=OWN)
    for _ in range(TRIES):
        assert server.ask(headers=[basic("wrong")]).status == 401
    good = OWN.replace(" ", "+").replace("'", "%27")
    assert form(server, good).status == 429
    assert server.ask(headers=[basic(OWN)]).status == 429
    assert server.socket(said=[auth(OWN)])[-1]["type"] == "websocket.close"
    assert server.ask(headers=[basic(CREDENTIAL)]).status == 200  # nobody can lock our own processes out
    assert server.ask(headers=[server.cookie()]).status == 200
    server.now += MINUTE
    assert form(server, good).status == 303


def test_logins_keep_so_many() -> None:
    logins = Logins()
    first = logins.make_session()
    kept = [logins.make_session() for _ in range(MOST)]
    assert not logins.knows(first)
    assert all(logins.knows(session) for session in kept)


# ---- behind a proxy, and on a network


def test_behind_a_proxy_with_tls() -> None:
    server = Server(public_url="https://earful.example.org")
    for host in ("earful.example.org", "earful.example.org:443"):
        ours = ("origin", "https://earful.example.org")
        assert server.ask("POST", headers=[server.cookie(), ours, JSON], body=b"{}", host=host).status == 200
        plain = ("origin", "http://earful.example.org")
        assert server.ask(headers=[server.cookie(), plain], host=host).status == 403
        assert server.ask(headers=[server.cookie(), ("origin", ORIGIN)], host=host).status == 403
    assert set(server.app.schemes) == {"https"}
    token = server.logins.make_token()
    answer = server.ask(target=f"{LOGIN}?token={token}", host="earful.example.org")
    assert answer.headers["set-cookie"].endswith("; Secure")
    assert server.ask(headers=[basic(CREDENTIAL)], host="earful.example.org:4200").status == 421


def test_on_a_network_the_address_that_was_asked() -> None:
    server = Server(any_address=True)
    asked = {"192.0.2.7:4200": 200, "[2001:db8::7]:4200": 421, "192.0.2.8:4200": 421, "evil.example:4200": 421}
    for host, status in asked.items():
        assert server.ask(headers=[basic(CREDENTIAL)], host=host, at=("192.0.2.7", PORT)).status == status
    assert server.ask(headers=[basic(CREDENTIAL)], host="[2001:db8::7]:4200", at=("2001:db8::7", PORT)).status == 200
    assert server.ask(headers=[basic(CREDENTIAL)], host="192.0.2.7:4200", at=("::ffff:192.0.2.7", PORT)).status == 200
    assert server.ask(headers=[basic(CREDENTIAL)], host="192.0.2.7:4201", at=("192.0.2.7", PORT)).status == 421
    assert Server().ask(headers=[basic(CREDENTIAL)], host="192.0.2.7:4200", at=("192.0.2.7", PORT)).status == 421


def test_the_usual_port_may_be_left_out() -> None:
    origins = Origins.of(["127.0.0.1"], 80, "http://earful.example.org:8080/")
    assert origins.origin("127.0.0.1", None) == origins.origin("127.0.0.1:80", None) == "http://127.0.0.1"
    assert origins.origin("earful.example.org:8080", None) == "http://earful.example.org:8080"
    assert origins.origin("earful.example.org", None) is None
