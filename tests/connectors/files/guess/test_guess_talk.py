"""What chats, forums and video sites export: rows inside one object, words in pieces, times as counts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from files_channel import ACME, SECRET, pull

from earful.connectors.base import Context
from earful.connectors.errors import Fatal
from earful.connectors.files.connector import FilesConnector
from earful.connectors.files.guess import guess
from earful.connectors.files.options import FilesOptions

FIRST = datetime(2026, 10, 3, 8, 30, tzinfo=UTC)
SAID = [
    "The export is broken since Tuesday", "I love the new editor", "Why is it so slow on my phone?", "Great work, thanks",
    "It logs me out twice a day", "Please add a dark theme", "Best update this year", "Search finds nothing any more",
]  # fmt: skip
ROWS = [(FIRST + timedelta(hours=5 * n), f"{SAID[n % 8]}, take {n}") for n in range(24)]


def slack() -> Any:
    """A channel's day, as Slack exports it."""
    return [
        {"type": "message", "user": f"U0{n % 5}", "text": text, "ts": f"{at.timestamp() + 0.000219:.6f}", "team": "T1"}
        for n, (at, text) in enumerate(ROWS)
    ]


def telegram() -> Any:
    """A group, as Telegram Desktop exports it: a text that holds a link is in pieces."""
    pieces = [
        text if n % 3 else [text[:4], {"type": "link", "text": text[4:9]}, text[9:]] for n, (_, text) in enumerate(ROWS)
    ]
    messages = [
        {
            "id": 9_000 + 7 * n + n % 3, "type": "message", "date": f"{at:%Y-%m-%dT%H:%M:%S}", "from": f"Person {n % 5}",
            "date_unixtime": f"{at.timestamp():.0f}", "text": piece, "text_entities": [],
        }
        for n, ((at, _), piece) in enumerate(zip(ROWS, pieces, strict=True))
    ]  # fmt: skip
    return {"name": "Acme users", "type": "public_supergroup", "id": 17, "messages": messages}


def video() -> Any:
    """A video with its comments, as yt-dlp writes it; the video has an id, a title and a day of its own."""
    comments = [
        {
            "id": f"Ug{n:05d}x", "parent": "root", "text": text, "like_count": n % 4, "author": f"@someone{n % 5}",
            "timestamp": int(at.timestamp()), "_time_text": f"{1 + n % 4} {'weeks' if n % 4 else 'month'} ago",
        }
        for n, (at, text) in enumerate(ROWS)
    ]  # fmt: skip
    formats = [{"format_id": "18", "ext": "mp4"}, {"format_id": "22", "ext": "mp4"}]
    return {
        "id": "dQw4w9WgXcQ", "title": "Acme in ten minutes", "description": "A review", "upload_date": "20261001",
        "formats": formats, "comments": comments, "comment_count": len(comments),
    }  # fmt: skip


def topic() -> Any:
    """A forum's topic: its posts are a list two objects deep, their words HTML."""
    posts = [
        {"id": 500 + 3 * n + n % 2, "username": f"u{n % 5}", "created_at": at.isoformat(), "cooked": f"<p>{text}</p>"}
        for n, (at, text) in enumerate(ROWS)
    ]
    return {"id": 12, "title": "Feedback", "created_at": FIRST.isoformat(), "post_stream": {"posts": posts}}


def listing() -> Any:
    """A page of a subreddit, saved as it is answered: "name" is no name."""
    children = [
        {
            "kind": "t3",
            "data": {
                "id": f"1a{n:03d}", "name": f"t3_1a{n:03d}", "title": f"Post {n} about Acme", "selftext": text,
                "created_utc": at.timestamp(), "author": f"u{n % 5}", "score": n % 7, "subreddit": "acme", "ups": n % 7,
            },
        }
        for n, (at, text) in enumerate(ROWS)
    ]  # fmt: skip
    return {"kind": "Listing", "data": {"after": None, "dist": len(children), "children": children}}


def conversations() -> Any:
    """A help desk's, with the names of a preset's header but the one of its times (was: a bug, IndexError)."""
    talks = [
        {
            "id": str(9_000 + 7 * n + n % 3), "created_at": int(at.timestamp()),
            "source": {"body": f"<p>{text}</p>", "author": {"name": f"Person {n % 5}"}},
            "conversation_rating": {"rating": None, "remark": None},
        }
        for n, (at, text) in enumerate(ROWS)
    ]  # fmt: skip
    return {"conversations": talks, "total_count": len(talks)}


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    ("document", "created_at", "text"),
    [
        (slack(), "ts", "text"),
        (telegram(), "date", "text"),
        (video(), "timestamp", "text"),
        (topic(), "created_at", "cooked"),
        (listing(), "data.created_utc", "data.selftext"),
        (conversations(), "created_at", "source.body"),
    ],
    ids=["slack", "telegram", "video", "topic", "listing", "conversations"],
)
def test_who_wrote_what_and_when(tmp_path: Path, document: Any, created_at: str, text: str, indent: int | None) -> None:
    (tmp_path / "talk.json").write_text(json.dumps(document, indent=indent))
    found = guess([tmp_path / "talk.json"], "UTC")
    columns = found.options["columns"]
    assert (columns["created_at"], columns["text"]) == (created_at, text)
    assert not columns.keys() & {"rating", "nps", "recommended"}
    options = FilesOptions(paths=["talk.json"], **found.options)
    came = pull(FilesConnector(options, Context("shelf", SECRET, {}, str(tmp_path), zone="UTC")), ACME)
    assert came.rejected == ()
    landed = sorted(zip(came.column("created_at"), came.column("text"), strict=True))
    assert [words for _, words in landed] == [words for _, words in ROWS]
    assert max(abs(at - wanted) for (at, _), (wanted, _) in zip(landed, ROWS, strict=True)) < timedelta(seconds=1)
    assert len({name for name in came.column("author") if name}) == 5


def test_tags_are_no_words_in_pieces(tmp_path: Path) -> None:
    """A list of texts alone stays a list, and says so where it is asked for."""
    rows = [{"id": f"p{n}", "created_at": "2026-03-04", "text": ["slow", "login"], "body": "x y z"} for n in range(3)]
    (tmp_path / "talk.json").write_text(json.dumps(rows))
    options = FilesOptions(paths=["talk.json"], columns={"post_id": "id", "created_at": "created_at", "text": "text"})
    with pytest.raises(Fatal, match="all 3 rows are set aside: text holds a list or an object"):
        pull(FilesConnector(options, Context("shelf", SECRET, {}, str(tmp_path), zone="UTC")), ACME)
