"""What a connector makes of a service that is busy, broken or hostile: it waits, or it says so, and quotes nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from earful.connectors.errors import Retriable
from earful.connectors.testing.describe import StandIn
from earful.connectors.testing.lists import ended
from earful.connectors.testing.meeting import MARK, Meeting, Pager, always, first, listed, meeting, sent
from earful.connectors.testing.pulling import Pulled, require
from earful.connectors.testing.server import Request, Response

#: What a service asks for in the points about waiting. Seconds.
WAIT = 7
#: A connector itself waits no longer: more is left to the scheduler. Seconds.
LONGEST_WAIT = 900.0
#: Values of Retry-After that nobody can follow.
ABSURD = ("1" + "0" * 300, "nan", "inf", "-5", "soon", "Fri, 31 Dec 9999 23:59:59 -2359", "")
_HTML = {"Content-Type": "text/html"}


def waits_seconds(stand_in: StandIn) -> None:
    """429 with Retry-After in seconds: so long is waited, or handed on as Retriable(retry_after=...)."""
    _waited(stand_in, str(WAIT), WAIT)


def waits_date(stand_in: StandIn) -> None:
    """429 with Retry-After as an HTTP date: likewise."""
    then = datetime.now(UTC) + timedelta(seconds=WAIT + 1)
    _waited(stand_in, format_datetime(then, usegmt=True), WAIT - 2)


def waits_unsaid(stand_in: StandIn) -> None:
    """429 without Retry-After: some wait, or Retriable."""
    with _busy_once(stand_in, {}) as met:
        done = met.pull()
        _went_on_or_gave_up(done, met)
        waited = done.error is not None or sum(met.pauses) > 0
        require(waited, "it asked again at once after a 429; pause between the tries")


def waits_absurd(stand_in: StandIn) -> None:
    """429 with a Retry-After that nobody can follow: no such wait, and no error of ours."""
    for value in ABSURD:
        with _busy_once(stand_in, {"Retry-After": value}) as met:
            done = met.pull()
            _went_on_or_gave_up(done, met)
            require(all(p <= LONGEST_WAIT for p in met.pauses), f"it waited as long as Retry-After: {value[:20]} says")
            asked = done.error.retry_after if isinstance(done.error, Retriable) else None
            fits = asked is None or (math.isfinite(asked) and asked >= 0)
            require(fits, f"it handed on a wait of {asked} s from Retry-After: {value[:20]}")


def busy_for_ever(stand_in: StandIn) -> None:
    """429 for ever ends as Retriable, after a few tries."""
    _given_up(stand_in, Response(429, MARK.encode()))


def server_errors(stand_in: StandIn) -> None:
    """500, 502, 503 and 504 for ever end as Retriable; one of them alone costs no post."""
    for status in (500, 502, 503, 504):
        _given_up(stand_in, Response(status, f"<html>{MARK}</html>".encode(), _HTML))
    with meeting(stand_in, first(Response(503), listed(stand_in, stand_in.posts(3)))) as met:
        _went_on_or_gave_up(met.pull(), met)


def html(stand_in: StandIn) -> None:
    """A page of HTML with status 200 is a passing fault: Retriable, never an empty list."""
    _given_up(stand_in, Response(200, f"<html>{MARK}</html>".encode(), _HTML))


def other_words(stand_in: StandIn) -> None:
    """An object that is no page at all is a passing fault: Retriable, never an empty list."""
    _given_up(stand_in, Response(200, json.dumps({"status": f"maintenance {MARK}"}).encode()))


def cut_body(stand_in: StandIn) -> None:
    """A body that breaks off: Retriable, never half a list."""
    whole = sent(stand_in, [stand_in.item(post) for post in stand_in.posts(5)])
    _given_up(stand_in, Response(whole.status, whole.body, whole.headers, cut=True))


def no_answer(stand_in: StandIn) -> None:
    """A connection that is closed without an answer: Retriable."""
    _given_up(stand_in, Response(drop=True))


def broken_midway(stand_in: StandIn) -> None:
    """A service that breaks after two pages: the pull fails, claims nothing, and keeps the pages before."""
    honest = listed(stand_in, stand_in.posts(4 * stand_in.per_page))

    def page(request: Request, number: int) -> Response:
        return honest(request, number) if number < 2 else Response(500)

    with meeting(stand_in, page) as met:
        done = met.pull()
        require(
            done.coverage is None, "the list broke off, but the pull ended with a coverage: it claims what never came"
        )
        require(isinstance(done.error, Retriable), f"a 500 in the middle of a list is Retriable, not {done.error!r}")
        require(bool(done.rows), "the pages before the fault were lost: yield each as it comes")


def check_of_a_broken_service(stand_in: StandIn) -> None:
    """``check`` of a service that does not work says no after one request, and raises nothing."""
    for response in (Response(503, MARK.encode()), Response(200, MARK.encode()), Response(401, MARK.encode())):
        with meeting(stand_in, always(response)) as met:
            health = met.check()
            require(not health.ok, f"check() says that a service works which answers {response.status} and no list")
            asked = len(met.asked)
            require(asked <= stand_in.check_requests, f"check() asked {asked} times; once is enough to know")


def secrets(stand_in: StandIn) -> None:
    """A service that sends back all that it was sent, wherever it can: no message repeats a word of it."""
    for name, pager in _echoes(stand_in).items():
        with meeting(stand_in, pager) as met:
            done = met.pull()  # discreet() reads every message
            require(name == "ids" or done.error is not None, f"an error of the service ({name}) was taken for a list")
            if done.error is not None:
                chain = (done.error.__cause__, done.error.__context__ if not done.error.__suppress_context__ else None)
                met.discreet([str(one) for one in chain if one is not None])
            met.check()


def _echoes(stand_in: StandIn) -> Mapping[str, Pager]:
    def heard(request: Request) -> str:
        return " ".join(
            [MARK, request.path, *request.query.values(), *request.headers.values(), *stand_in.env.values()]
        )

    def body(status: int) -> Pager:
        def page(request: Request, _: int) -> Response:
            said = heard(request)
            told = {"error": said, "message": said, "reason": said, "errors": [{"reason": said}]}
            return Response(status, json.dumps(told).encode(), {"Content-Type": "application/json"})

        return page

    def head(request: Request, _: int) -> Response:
        said = heard(request).encode("ascii", "replace").decode()[:2000]
        return Response(401, b"{}", {"WWW-Authenticate": f'Bearer error="{said}"', "Retry-After": said})

    def ids(request: Request, _: int) -> Response:
        post = stand_in.posts(1)[0]
        whole = sent(stand_in, [stand_in.item(post)])
        spoilt = whole.body.replace(f'"{post.id}"'.encode(), json.dumps({"x": heard(request)}).encode())
        return Response(whole.status, spoilt, whole.headers)

    return {"403": body(403), "400": body(400), "500": body(500), "200": body(200), "head": head, "ids": ids}


def _busy_once(stand_in: StandIn, headers: Mapping[str, str]) -> AbstractContextManager[Meeting]:
    busy = Response(429, MARK.encode(), headers)
    return meeting(stand_in, first(busy, listed(stand_in, stand_in.posts(3))))


def _waited(stand_in: StandIn, header: str, least: float) -> None:
    with _busy_once(stand_in, {"Retry-After": header}) as met:
        done = met.pull()
        _went_on_or_gave_up(done, met)
        asked = done.error.retry_after if isinstance(done.error, Retriable) else sum(met.pauses)
        fits = asked is not None and least <= asked <= 2 * WAIT
        require(fits, f"the service asked for {WAIT} s by Retry-After: {header}; waited or handed on were {asked}")


def _went_on_or_gave_up(done: Pulled, met: Meeting) -> None:
    """After one bad answer: all posts, or Retriable."""
    if done.error is None:
        ended(done)
        require(len(done.ids) == 3, f"after one bad answer {len(done.ids)} of 3 posts came")
    else:
        require(isinstance(done.error, Retriable), f"one bad answer is Retriable, not Fatal: {done.error}")
    require(len(met.asked) <= 4, f"one bad answer led to {len(met.asked)} requests")


def _given_up(stand_in: StandIn, response: Response) -> None:
    with meeting(stand_in, always(response)) as met:
        done = met.pull()
        require(done.coverage is None, f"an answer that is no list ({response.status}) ended as {done.coverage}")
        require(isinstance(done.error, Retriable), f"an answer that passes is Retriable, not Fatal: {done.error}")
        require(len(met.asked) <= 8, f"it asked {len(met.asked)} times before it gave up")


FAULTS = (
    waits_seconds, waits_date, waits_unsaid, waits_absurd, busy_for_ever, server_errors, html, other_words, cut_body,
    no_answer, broken_midway, check_of_a_broken_service, secrets,
)  # fmt: skip
