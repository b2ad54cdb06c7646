"""Slack: an incoming webhook, or a bot's token, which puts updates into the thread of the first message."""

from __future__ import annotations

import json
from typing import Any

from earful.flows.alerts.targets.attempt import Aim, NotTaken, Taken, as_json, known, post, refused
from earful.flows.alerts.targets.markup import Outgoing, about, plain, slack_escaped

#: Slack's own words for what is wrong; others are not shown.
_CODES = frozenset({
    "invalid_token", "invalid_payload", "channel_not_found", "channel_is_archived", "no_service", "no_service_id",
    "no_team", "team_disabled", "action_prohibited", "posting_to_general_channel_denied", "user_not_found",
    "not_in_channel", "is_archived", "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired",
    "missing_scope", "ratelimited", "rate_limited", "msg_too_long", "no_text", "invalid_blocks", "restricted_action",
    "thread_not_found", "cannot_reply_to_message", "internal_error", "fatal_error", "service_unavailable",
})  # fmt: skip
#: Longest text of one block, in characters; Slack takes 3,000.
_LONGEST = 2_900


def payload(out: Outgoing) -> dict[str, Any]:
    """The message. Foreign words stand in plain_text blocks, where nothing is a mention, a link or bold."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": _text(out.alert.title, 150)},
        {"type": "section", "text": _text(out.alert.text)},
    ]
    for quote in out.alert.quotes:
        blocks.append({"type": "section", "text": _text(f"\u201c{quote.text}\u201d")})
        blocks.append({"type": "context", "elements": [_text(about(quote))]})
    if out.link:
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": f"<{_address(out.link)}|the page>"}})
    blocks.append({"type": "context", "elements": [_text(out.footer)]})
    return {
        # What notifications and old clients show.
        "text": slack_escaped(f"{out.alert.title}\n{plain(out)}")[:3_000],
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def send_webhook(aim: Aim, out: Outgoing, seconds: float) -> Taken | NotTaken:
    """One attempt at an incoming webhook. It gives no id of the message, so updates are messages of their own."""
    answer = post(aim.address, as_json(payload(out)), {}, seconds)
    if isinstance(answer, NotTaken):
        return answer
    if answer.status == 200 and answer.body.strip() == b"ok":
        return Taken()
    return refused(answer, known(answer.body, _CODES))


def send_bot(aim: Aim, out: Outgoing, seconds: float) -> Taken | NotTaken:
    """One attempt at chat.postMessage; an update goes into the thread of the first message."""
    body = payload(out) | {
        "channel": aim.settings.channel, "parse": "none", "link_names": False, "mrkdwn": False,
        "metadata": {"event_type": "earful_alert", "event_payload": {"message": out.message}},
    }  # fmt: skip
    if out.thread:
        body["thread_ts"] = out.thread
    if not aim.address.isascii() or not aim.address.isprintable():
        return NotTaken("its token has characters that no token has")
    head = {"Authorization": f"Bearer {aim.address}"}
    answer = post(f"{aim.settings.api_url.rstrip('/')}/chat.postMessage", as_json(body), head, seconds)
    if isinstance(answer, NotTaken):
        return answer
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = None
    if answer.status != 200 or not isinstance(said, dict):
        return refused(answer, known(answer.body, _CODES))
    if said.get("ok") is True:
        stamp = said.get("ts")
        return Taken(stamp if isinstance(stamp, str) and len(stamp) <= 40 else None)
    return refused(answer, known(answer.body, _CODES) or "an error that it has not named")


def _text(text: str, longest: int = _LONGEST) -> dict[str, Any]:
    return {"type": "plain_text", "text": text[:longest] or "-", "emoji": False}


def _address(link: str) -> str:
    return link.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
