"""What a list over HTTP must become: read to its end, or as far as it goes, and said how far."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from earful.connectors.base import Coverage
from earful.connectors.testing.describe import Sent, StandIn
from earful.connectors.testing.meeting import Meeting, always, listed, meeting, sent
from earful.connectors.testing.pulling import Pulled, require
from earful.connectors.testing.server import Request, Response

#: Pages that a connector is let read of a list without an end.
PAGES = 4


def ended(done: Pulled) -> Coverage:
    """The coverage. Raises Nonconformant where the pull failed."""
    require(done.error is None, f"the pull failed: {done.error}")
    assert done.coverage is not None
    return done.coverage


def paging(stand_in: StandIn) -> None:
    """Every page is read, to the end, and the window is covered whole."""
    posts = stand_in.posts(3 * stand_in.per_page + 1)
    with meeting(stand_in, listed(stand_in, posts)) as met:
        done = met.pull()
        coverage = ended(done)
        missing = {stand_in.post_id(post) for post in posts} - done.ids
        require(
            not missing, f"{len(missing)} of {len(posts)} posts on 4 pages did not come: it does not page to the end"
        )
        require(done.whole(met.window), f"a list that was read to its end covers the window, not {coverage}")


def bounds(stand_in: StandIn) -> None:
    """[start, end): a post at the start belongs to the window, one at the end and one before the start do not."""
    start, end = stand_in.window.start, stand_in.window.end
    inside = Sent("1", start, "At the start.")
    posts = [
        Sent("3", end, "At the end."),
        *stand_in.posts(2),
        inside,
        Sent("4", start - timedelta(hours=1), "Before."),
    ]
    with meeting(stand_in, listed(stand_in, posts)) as met:
        done = met.pull()
        ended(done)
        require(stand_in.post_id(inside) in done.ids, "a post at the very start of the window did not come")


def cap(stand_in: StandIn) -> None:
    """A list that goes on is read to the option ``pages``; the coverage is capped and claims no more than came."""
    with _endless(stand_in) as met:
        done = met.pull()
        coverage = ended(done)
        _within(met)
        require(coverage.capped, "a list that was cut is said as capped, with the limit in the note")
        _no_more_than_came(done, coverage)


def old_date(stand_in: StandIn) -> None:
    """One old post among new ones (pinned, or of a wrong time) does not prove that all was read back to its day."""

    def page(_: Request, number: int) -> Response:
        posts = stand_in.posts(stand_in.per_page, number * stand_in.per_page)
        posts[len(posts) // 2] = replace(posts[len(posts) // 2], created=datetime(2015, 6, 1, tzinfo=UTC))
        return sent(stand_in, [stand_in.item(post) for post in posts], number + 1)

    with meeting(stand_in, page, pages=PAGES) as met:
        done = met.pull()
        _no_more_than_came(done, ended(done))


def endless_cursor(stand_in: StandIn) -> None:
    """Empty pages that each lead to another end, and nothing is claimed."""
    with meeting(stand_in, lambda _, number: sent(stand_in, [], number + 1), pages=PAGES) as met:
        coverage = ended(met.pull())
        _within(met)
        # A service without cursors cannot say that it goes on: an empty page is its end.
        leads_on = stand_in.page([], 1) != stand_in.page([], None)
        claims = leads_on and coverage.reached is not None and not coverage.capped
        require(
            not claims, "empty pages that lead on are no proof that there was nothing: the coverage claims too much"
        )


def same_page(stand_in: StandIn) -> None:
    """A page that comes again for ever, each time with a new cursor, ends the list as capped."""
    items = [stand_in.item(post) for post in stand_in.posts(stand_in.per_page)]
    with meeting(stand_in, lambda _, number: sent(stand_in, items, number + 1), pages=3 * PAGES) as met:
        coverage = ended(met.pull())
        require(len(met.asked) <= PAGES, f"a page that brings nothing new was asked for {len(met.asked)} times")
        require(coverage.capped, "a list that brings nothing new, but claims to go on, is capped")


def edit(stand_in: StandIn) -> None:
    """A post from before the window, edited in it, comes as it reads now, with the time of the edit."""
    end = stand_in.window.end
    old = Sent("7", end - timedelta(days=10), "Now it works.", edited=end - timedelta(minutes=15))
    one, other = stand_in.posts(2)
    with meeting(stand_in, listed(stand_in, [one, old, other])) as met:
        done = met.pull()
        ended(done)
        found = [row for row in done.rows if row["post_id"] == stand_in.post_id(old)]
        require(bool(found), "a post that was edited in the window did not come")
        row = found[-1]
        require(old.text in str(row["text"]), "an edited post comes with its new words")
        times = (row["edited_at"], row["created_at"])
        require(any(time == old.edited for time in times), "an edited post carries the time of its edit in edited_at")


def deletion(stand_in: StandIn) -> None:
    """What the service says was deleted is in Page.gone; what is missing from an answer is not."""
    posts = stand_in.posts(4)
    with meeting(stand_in, listed(stand_in, [posts[0], *posts[2:]])) as met:
        require(not met.pull().gone, "an id that is missing from an answer was called gone; nothing follows from that")
    said = stand_in.deleted(posts[1])
    if said is None:
        return
    with meeting(stand_in, listed(stand_in, [posts[0], said, *posts[2:]])) as met:
        done = met.pull()
        ended(done)
        name = stand_in.post_id(posts[1])
        require(name in done.gone, "a post that the service says was deleted is not in Page.gone")
        require(name not in done.ids, "a deleted post came as a post")


def refused(stand_in: StandIn) -> None:
    """An item that can be no post is set aside with a reason; the others of its page come."""
    posts = stand_in.posts(4)
    mixed: list[Sent | object] = [*posts[:2], stand_in.unreadable(), *posts[2:]]
    with meeting(stand_in, listed(stand_in, mixed)) as met:
        done = met.pull()
        ended(done)
        lost = {stand_in.post_id(post) for post in posts} - done.ids
        require(not lost, f"one bad item took {len(lost)} good ones with it")
        require(
            any(page.rejected for page in done.pages),
            "an item that can be no post vanished: set it aside, with a reason",
        )


def duplicates(stand_in: StandIn) -> None:
    """The same id twice, on a page and on the next (lists move while they are read), ends and spoils nothing."""
    posts = stand_in.posts(2 * stand_in.per_page)
    shifted = [posts[0], *posts[: stand_in.per_page - 1], posts[0], *posts[stand_in.per_page - 1 :]]
    with meeting(stand_in, listed(stand_in, shifted)) as met:
        done = met.pull()
        ended(done)
        lost = {stand_in.post_id(post) for post in posts} - done.ids
        require(not lost, f"after an id that came twice, {len(lost)} posts did not come")


def nothing(stand_in: StandIn) -> None:
    """A list without a single post ends, without posts and without an error."""
    with meeting(stand_in, always(sent(stand_in, []))) as met:
        done = met.pull()
        ended(done)
        require(not done.rows, "posts came of an empty list")


def _endless(stand_in: StandIn) -> AbstractContextManager[Meeting]:
    """Ever-new posts under ever-new cursors."""

    def page(_: Request, number: int) -> Response:
        posts = stand_in.posts(stand_in.per_page, number * stand_in.per_page)
        return sent(stand_in, [stand_in.item(post) for post in posts], number + 1)

    return meeting(stand_in, page, pages=PAGES)


def _within(met: Meeting) -> None:
    # An empty page may be asked for again.
    require(len(met.asked) <= PAGES + 4, f"with pages = {PAGES} it asked for {len(met.asked)} pages")


def _no_more_than_came(done: Pulled, coverage: Coverage) -> None:
    new = [row["created_at"] for row in done.rows]
    require(bool(new), "no post of the pages that were read came")
    claims = coverage.reached is not None and coverage.reached < min(new)
    require(not claims, f"the coverage reaches back to {coverage.reached}, but what came only to {min(new)}")


LISTS = (
    paging, bounds, cap, old_date, endless_cursor, same_page, edit, deletion, refused, duplicates, nothing,
)  # fmt: skip
