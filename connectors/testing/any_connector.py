"""What holds for every connector, whatever it reads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from earful.connectors.base import Asked, Window
from earful.connectors.links import HasLinks, Linked
from earful.connectors.outsiders import lacking
from earful.connectors.testing.describe import StandIn, Subject
from earful.connectors.testing.meeting import meeting
from earful.connectors.testing.pulling import Nonconformant, pull, require

#: Addresses that nobody should take for a page of their service's.
OTHERS = (
    "",
    "acme",
    "https://www.example.org/app/acme/id1?id=com.acme",
    "https://[",
    "ftp://example.org/r/acme",
    "a b\n",
)


def facts(subject: Subject) -> None:
    """The class has every fact of the protocol, and an instance its source."""
    with meeting(subject) as met:
        lacks = lacking(type(met.connector))
        require(not lacks, f"the class is no connector: {lacks}")
        needs = type(met.connector).needs
        require(needs is None or needs in type(met.connector).id_keys, "what it needs is among its id_keys")


def checks(subject: Subject) -> None:
    """``check`` says in one line that it can work, without a post being pulled."""
    with meeting(subject) as met:
        health = met.check()
        require(health.ok, f"check() says no of a service that is well: {health.says}")


def posts(subject: Subject) -> None:
    """Posts of the window, of the page's schema, with pseudonyms for authors; then a coverage."""
    with meeting(subject) as met:
        done = met.pull()
        require(done.error is None, f"the pull failed: {done.error}")
        require(bool(done.rows), "the window has posts, but none came")
        sources = {row["source"] for row in done.rows}
        require(sources == {met.connector.source}, f"posts carry the connector's source, not {sorted(sources)}")
        require(done.coverage is not None and done.coverage.reached is not None, "posts came, but nothing is covered")


def halves(subject: Subject) -> None:
    """A window in two parts brings what the whole one brings: ranges are half-open, and nothing is kept between."""
    with meeting(subject) as met:
        start, end = met.window.start, met.window.end
        # On a post, where we know where they are.
        middle = end - timedelta(hours=2) if isinstance(subject, StandIn) else start + (end - start) / 2
        whole = met.pull().ids
        parts = [met.pull(Window(start, middle)).ids, met.pull(Window(middle, end)).ids]
        require(parts[0] | parts[1] == whole, "two halves of a window do not bring what the whole window brings")


def again(subject: Subject) -> None:
    """A pull, and then two at once in two threads, bring the same: a connector has no state."""
    with meeting(subject) as met, ThreadPoolExecutor(2) as pool:
        first = met.pull()
        for later in pool.map(lambda _: met.pull(), range(2)):
            require(later.ids == first.ids, "a second pull of one window brings other posts than the first")


def slugs(subject: Subject) -> None:
    """Posts carry the slug of the product that was asked for, whatever it is."""
    with meeting(subject) as met:
        renamed = replace(subject.product, slug="another-slug")
        met.pull(product=renamed)  # sound() compares


def shared(subject: Subject) -> None:
    """Two products asked at once get what each gets alone; one that reads whole asks no more for two than for one."""
    twin = replace(subject.product, slug="another-slug")
    with meeting(subject) as met:
        alone = {each.slug: met.pull(product=each).ids for each in (subject.product, twin)}
        once, before = len(met.asked) // 2, len(met.asked)
        asked = [Asked(each, met.window) for each in (subject.product, twin)]
        done = pull(lambda: met.connector.pull(asked), [subject.product.slug, twin.slug])
        require(done.error is None, f"a pull for two products failed: {done.error}")
        for each in asked:
            theirs = {row["post_id"] for row in done.rows if row["product"] == each.product.slug}
            require(
                theirs == alone[each.product.slug],
                "a pull for two products brings each what it gets alone, a row a post and product",
            )
        again = len(met.asked) - before
        whole = type(met.connector).reads == "whole"
        require(not whole or again == once, f"it reads whole, but asked {again} times for two products, {once} for one")
        health = met.connector.check([subject.product, twin])
        require(
            sorted(health) == sorted([subject.product.slug, twin.slug]), "check() answers for each product, by slug"
        )


def links(subject: Subject) -> None:
    """The links that it shows, if any, are its own and give ids and options that it takes; other addresses are not."""
    with meeting(subject) as met:
        kind = type(met.connector)
        if not hasattr(kind, "of_link"):
            require(not hasattr(kind, "links"), "it shows links, but has no of_link")
            return
        require(isinstance(met.connector, HasLinks), "of_link is there, but no links to show")
        assert isinstance(met.connector, HasLinks)
        shown = type(met.connector).links
        require(bool(shown), "of_link is there, but links shows none")
        for link in shown:
            linked = met.connector.of_link(link)
            require(isinstance(linked, Linked), f"of_link does not know {link}, which it shows")
            assert linked is not None
            require(bool(linked.ids) and set(linked.ids) <= set(kind.id_keys), f"of_link({link}) gives none of its ids")
            require(kind.needs is None or kind.needs in linked.ids, f"of_link({link}) lacks {kind.needs}")
            try:
                kind.options_model.model_validate({**linked.options, **linked.first})
            except ValueError as error:
                said = type(error).__name__
                raise Nonconformant(f"of_link({link}) gives options that it does not take: {said}") from error
        for other in OTHERS:
            require(met.connector.of_link(other) is None, f"of_link takes {other!r} for its own")


ANY = (facts, checks, posts, halves, again, slugs, shared, links)
