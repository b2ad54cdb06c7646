"""Personal data in titles and texts replaced by what it was: ``[email]``, ``[phone]``, ``[card]``, ``[name]``, ...

A filter of one pass of RE2 finds the texts that may hold any; only those are looked at one by one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc

from earful.sentiment.personal.names import PHRASES, mask_names
from earful.sentiment.personal.numbers import iban_end, is_card, is_phone
from earful.sentiment.personal.scripts import BETWEEN, DIGIT, ODD, plain

#: Of what is masked, and how: files that were read under another are read again.
VERSION = "2"
KINDS = ("email", "phone", "card", "account", "link", "name")
COLUMNS = ("title", "text")

#: Texts without any of this hold nothing that is masked. Seven digits near each other are the least that a number has.
_FILTER = rf"@|://|www\.|[\[({{]at[\])}}]|[?&#][\w-]+=|{DIGIT}(?:[{BETWEEN}]{{0,3}}{DIGIT}){{6}}|{PHRASES}"

_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%'-]{1,64}(?:@|\s?[\[({]at[\])}]\s?)(?:[\w-]+(?:\.|\s?[\[({](?:dot|punkt|punto|point)[\])}]\s?))+"
    r"[^\W\d_]{2,24}(?![\w-])",
    re.IGNORECASE,
)
#: A host is looked for from its first letter on only, and its labels have an end: no words cost more than others.
_LINK = re.compile(
    r"(?<![\w@.])(?:[a-z][a-z0-9+.-]{1,15}://|www\.|(?<![a-z0-9-])(?=(?:[a-z0-9-]{1,63}\.){1,9}[a-z]{2,24}/))[^\s<>\"“”]+",
    re.IGNORECASE,
)
#: For RE2: what every link has.
_MAY_LINK = r"://|www\.|\.[a-z]{2,24}/"
_WRITTEN_AT = re.compile(r"[\[({]at[\])}]", re.IGNORECASE)
_DIGITS = re.compile(r"\d(?:[ ().\-/]{0,3}\d){6}")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,40}")
#: Letters of scripts that put no blank between a word and a number.
_JOINED = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_NUMBER = re.compile(
    rf"(?<![^\W{_JOINED}])(?<![.,/@#=&%-])(?<!\d:)(?:\+ ?)?\(?\d(?:[ ().\-/]{{0,3}}\d){{6,24}}"
    rf"(?![^\W{_JOINED}]|@|[.,:]\d)"
)
#: As cards are written: in fours, American Express 4-6-5, or without a gap.
_CARD_GROUPS = re.compile(r"\d{4}(?:[ -]\d{4}){2}[ -]\d{1,7}|\d{4}(?:[ -]\d{4}){4}|\d{4}[ -]\d{6}[ -]\d{4,5}|\d{13,19}")
_PERSONAL_PATH = re.compile(
    r"(?:^|/)(?:u|user|users|profile|profiles|people|in|id|invite|reset|verify|share|account)/[^/]"
)
#: A step of getting in, with whatever it is given.
_PERSONAL_STEP = re.compile(
    r"(?:^|/)(?:reset|verif|confirm|activat|invit|recover|magic|unsubscribe)[\w-]*(?:/[^/?]|/?\?[^=]+=)"
)
_PERSONAL_KEY = re.compile(
    r"(?:^|[?&;#])[\w.-]*(?:token|key|secret|auth|sig|signature|session|sid|passw\w*|pwd|code|otp|jwt|e-?mail|user|uid|"
    r"account|phone|name|hash|invite|ref)[\w.-]*=[^&]", re.IGNORECASE
)  # fmt: skip


def mask(posts: pa.Table) -> tuple[pa.Table, Mapping[str, Mapping[str, int]]]:
    """Posts with their words masked, and what was masked: by product, then by kind of KINDS. A null stays null."""
    counts: dict[str, Counter[str]] = {}
    for name in COLUMNS:
        column = posts[name].combine_chunks()
        may = pc.fill_null(pc.match_substring_regex(column, _FILTER, ignore_case=True), False)
        places = pc.indices_nonzero(may)
        if not len(places):
            continue
        masked = []
        words = column.take(places)
        # Names are looked for by RE2 as well: Python's own search of so many phrases is slow.
        named = pc.match_substring_regex(words, PHRASES, ignore_case=True)
        odd = pc.match_substring_regex(words, ODD)
        products = posts["product"].take(places)
        linked = pc.match_substring_regex(words, _MAY_LINK, ignore_case=True)
        looks = (products, words, named, odd, linked)
        for product, said, names, scripts, links in zip(*(each.to_pylist() for each in looks), strict=True):
            found, kinds = mask_text(said, names=names, scripts=scripts, links=links)
            masked.append(found)
            if kinds:
                counts.setdefault(product, Counter()).update(kinds)
        changed = pc.replace_with_mask(column, may, pa.array(masked, column.type))
        posts = posts.set_column(posts.schema.get_field_index(name), posts.schema.field(name), changed)
    return posts, counts


def mask_text(said: str, *, names: bool = True, scripts: bool = True, links: bool = True) -> tuple[str, Counter[str]]:
    """One text masked, and how often each kind was.

    ``names`` False: it is known to hold no name; ``scripts`` False: no digits and separators beyond ASCII; ``links``
    False: no link.
    """
    counts: Counter[str] = Counter()

    def link(found: re.Match[str]) -> str:
        shown = _masked_link(found[0])
        counts["link"] += shown != found[0]
        return shown

    def email(_: re.Match[str]) -> str:
        counts["email"] += 1
        return "[email]"

    def account(found: re.Match[str]) -> str:
        end = iban_end(found[0])
        counts["account"] += end > 0
        return "[account]" + found[0][end:] if end else found[0]

    def number(found: re.Match[str]) -> str:
        # A bracket that opens before the number and closes after it is not the number's.
        opened = "(" if found[0][0] == "(" and ")" not in found[0] else ""
        what = found[0].removeprefix(opened)
        if is_card(re.sub(r"\D", "", what)) and _CARD_GROUPS.fullmatch(what):
            counts["card"] += 1
            return f"{opened}[card]"
        if is_phone(what, found.string[max(0, found.start() - 30) : found.start()]):
            counts["phone"] += 1
            return f"{opened}[phone]"
        return found[0]

    masked = _LINK.sub(link, said) if links and "/" in said else said
    if "@" in masked or _WRITTEN_AT.search(masked):
        masked = _EMAIL.sub(email, masked)
    if scripts and not masked.isascii():
        read = plain(masked)
        if _DIGITS.search(read):
            masked, _ = _in_plain(_NUMBER, number, *_in_plain(_IBAN, account, masked, read))
    elif _DIGITS.search(masked):
        masked = _NUMBER.sub(number, _IBAN.sub(account, masked))
    if names:
        masked, counts["name"] = mask_names(masked)
    return masked, +counts


def _in_plain(pattern: re.Pattern[str], shown: Callable[[re.Match[str]], str], said: str, read: str) -> tuple[str, str]:
    """``pattern.sub`` for a text and how it is ``read`` (see plain): found in that, replaced in both."""
    parts: tuple[list[str], list[str]] = ([], [])
    at = 0
    for found in pattern.finditer(read):
        other = shown(found)
        if other != found[0]:
            for text, kept in zip((said, read), parts, strict=True):
                kept += [text[at : found.start()], other]
            at = found.end()
    return "".join([*parts[0], said[at:]]), "".join([*parts[1], read[at:]])


def describe(counts: Mapping[str, int]) -> str:
    """For a person: "masked: 3 email, 1 phone", or ""."""
    parts = [f"{counts[kind]:,} {kind}" for kind in KINDS if counts.get(kind)]
    return f"masked: {', '.join(parts)}" if parts else ""


def _masked_link(link: str) -> str:
    """A link as it is, or its host and ``[link]`` where the rest holds a secret or leads to a person."""
    try:
        parts = urlsplit(link if "://" in link else f"//{link}")
        host = parts.hostname or ""
    except ValueError:
        return "[link]"
    rest = link.split("://", 1)[-1].partition("/")[2]
    tail = f"?{parts.query}#{parts.fragment}"
    random = any(
        len(each) >= 16 and re.search(r"\d", each) and re.search(r"[A-Za-z]", each)
        for each in re.split(r"[^A-Za-z0-9_]", rest + tail)
    )
    step = _PERSONAL_STEP.search(f"{parts.path}{tail}")
    personal = (
        step or "@" in link or "%40" in link.lower() or _PERSONAL_PATH.search(parts.path) or _PERSONAL_KEY.search(tail)
    )
    if not (personal or random):
        return link
    scheme = link.partition("://")[0] + "://" if "://" in link else ""
    end = re.search(r"[.,;!?)\]]*$", link)
    return f"{scheme}{host}/[link]{end[0] if end else ''}"
