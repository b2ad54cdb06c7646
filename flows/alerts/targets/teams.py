"""Microsoft Teams: an adaptive card to the webhook of a workflow that posts it to a channel."""

from __future__ import annotations

import re
from typing import Any

from earful.flows.alerts.targets.attempt import Aim, NotTaken, Taken, as_json, post, refused
from earful.flows.alerts.targets.markup import Outgoing, about

#: Teams takes 28 kB of a card; a text of so many characters leaves room whatever its script.
_LONGEST = 4_000
#: The old connectors answer 200 and say in words what went wrong.
_IN_WORDS = re.compile(rb"HTTP error (\d{3})|delivery failed", re.IGNORECASE)


def payload(out: Outgoing) -> dict[str, Any]:
    """The card. Foreign words stand in text runs, which know no markdown; mentions need entities: there are none."""
    body = [_runs(out.alert.title, weight="Bolder", size="Medium")]
    body += [_runs(line) for line in out.alert.text.split("\n")]
    for quote in out.alert.quotes:
        body.append(_runs(f"\u201c{quote.text}\u201d", italic=True))
        body.append(_runs(about(quote), size="Small", isSubtle=True))
    body.append(_runs(out.footer, size="Small", isSubtle=True))
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": out.alert.title[:200],
        "body": body,
    }
    if out.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "The page", "url": out.link}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def send(aim: Aim, out: Outgoing, seconds: float) -> Taken | NotTaken:
    """One attempt. The workflow takes a card and posts it later (202): that it is shown is not told to anybody."""
    answer = post(aim.address, as_json(payload(out)), {}, seconds)
    if isinstance(answer, NotTaken):
        return answer
    said = _IN_WORDS.search(answer.body[:4096])
    if answer.status in {200, 201, 202, 204} and not said:
        return Taken()
    return refused(answer, f"and says HTTP error {said[1].decode()}" if said and said[1] else "")


def _runs(text: str, **look: Any) -> dict[str, Any]:  # noqa: ANN401 - attributes of a text run
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text[:_LONGEST] or "-", **look}]}
