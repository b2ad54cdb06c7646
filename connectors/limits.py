"""What a service may send and how long it may take, in one place. docs/operations.md, "Limits", gives the reasons."""

from __future__ import annotations

from dataclasses import dataclass

#: Largest decoded answer in MB (2**20 bytes). 100 Reddit posts of 40,000 characters, as text and as HTML, are 8.
ANSWER_MB = 16
#: Longest time from sending a request to the last byte of its answer, redirects and repetitions included. Seconds.
ANSWER_SECONDS = 120.0
#: Longest silence: for connecting, and between two bytes. Seconds.
SILENCE_SECONDS = 30.0
#: Most redirects that one request follows, all on the same scheme, host and port.
REDIRECTS = 5
#: Most bytes of one answer besides its body: heads, chunk sizes, informational answers, trailers. h11 takes no head
#: over 100 kB; this bounds a great number of small ones.
OVERHEAD_BYTES = 1 << 20
#: Most bytes of our own request's headers: a token as long as an answer is no token.
REQUEST_HEAD_BYTES = 1 << 16

#: Deepest nesting of JSON. Of what is recorded, Reddit's listings have 10 levels, its threads (not asked for here) 57.
JSON_DEPTH = 64
#: Most values (numbers, strings, objects, ...) of one JSON answer: an empty object of 3 bytes takes 72 in memory. The
#: largest recorded answer has 18,500.
JSON_VALUES = 200_000
#: A single string of an answer is cut here as soon as it is read. Characters; above every field's own limit below.
JSON_STRING = 100_000
#: A page with more items than so many times what was asked for is no page.
ITEMS_TIMES = 2
#: A pull that sets more items aside is ended: each is kept, in memory until it lands and in the store for good, and a
#: list with ever-new ids would add as many every night.
SET_ASIDE = 20_000

#: Longest fields of a post in characters: what services allow. Steam gives 8,000 for a text, the App Store 6,000,
#: Reddit 40,000 (300 for a title); the scorer reads 5,000. Longer ones are cut (title, text) or left out (the rest); a
#: longer id sets the post aside.
LONGEST_FIELD = {
    "post_id": 200,
    "title": 1_000,
    "text": 40_000,
    "market": 35,  # the longest language tag that RFC 5646 (4.4.1) tells to make room for
    "app_version": 100,
    "url": 2_000,
    "language_hint": 35,
    "raw_created": 64,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one channel allows an answer; each default is the constant of the same name above."""

    timeout: float = SILENCE_SECONDS
    answer_seconds: float = ANSWER_SECONDS
    answer_mb: float = ANSWER_MB

    @property
    def answer_bytes(self) -> int:
        """Largest decoded answer in bytes."""
        return int(self.answer_mb * (1 << 20))
