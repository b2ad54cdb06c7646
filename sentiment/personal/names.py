"""Names that people say are theirs: what follows "my name is" in the larger languages."""

from __future__ import annotations

import re

#: As RE2 and Python read them; a blank is any space.
PHRASES = (
    r"my name(?: is|['’]?s)|mein name ist|ich hei(?:ß|ss)e|je m['’]appelle|mon nom est|me llamo|mi nombre es|mi chiamo|"
    r"il mio nome (?:è|e')|meu nome (?:é|e)|(?:eu )?me chamo|mijn naam is|ik heet|nazywam się|mam na imię|jag heter|"
    r"jeg (?:heter|hedder)|jmenuji se|numele meu este|mă numesc|меня зовут|мене звати|benim adım|nama saya|मेरा नाम|"
    r"اسمي|με λένε|nimeni on|a nevem|mitt navn er|navnet mitt er"
)
_LETTER = r"[^\W\d_]"
_WORD = rf"{_LETTER}(?:{_LETTER}|[\u0900-\u0963'’.-](?={_LETTER}|[\u0900-\u0963]))*[\u0900-\u0963]*"
_SAID = re.compile(
    rf"(?<!\w)((?:{PHRASES}):?\s+)({_WORD}(?:\s+{_WORD}){{0,4}})".replace(" is", r"\s+is"), re.IGNORECASE
)
#: Between the parts of a name.
_PARTICLES = frozenset(
    {
        "al", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "e", "el", "la",
        "le", "van", "von", "y",
    }
)  # fmt: skip
#: What follows the phrase and is no name ("my name is not shown").
_NO_NAME = frozenset(
    {
        "a", "al", "already", "are", "also", "always", "an", "and", "anders", "at", "being", "blank", "changed",
        "correct", "deleted", "different", "displayed", "easy", "empty", "errado", "everywhere", "falsch",
        "faux", "gone", "hidden", "immer", "in", "incorrect", "incorrecto", "invalid", "just", "kein", "leer",
        "listed", "long", "missing", "misspelled", "mud", "my", "never", "nicht", "niet", "no", "noch", "non",
        "not", "now", "não", "on", "only", "ook", "pas", "plus", "public", "removed", "sbagliato", "schon",
        "sempre", "showing", "shown", "so", "spelled", "spelt", "still", "taken", "that", "the", "there",
        "this", "too", "toujours", "unique", "used", "visible", "were", "what", "whatever", "wrong", "your",
    }
)  # fmt: skip


def mask_names(said: str) -> tuple[str, int]:
    """The text with each such name as ``[name]``, and how many there were."""
    count = 0

    def replaced(found: re.Match[str]) -> str:
        nonlocal count
        kept = _name_end(found[2], said[found.end() :])
        if not kept:
            return found[0]
        count += 1
        return f"{found[1]}[name]{found[2][kept:]}"

    return _SAID.sub(replaced, said), count


def _name_end(words: str, after: str) -> int:
    """How much of ``words`` is the name: capitalised words and what binds them, or one small word that stands alone."""
    end = 0
    for number, found in enumerate(re.finditer(r"\S+", words)):
        word = found[0]
        if word.casefold() in _NO_NAME and number == 0:
            return 0
        capital = word[0].isupper() or word[0] == word[0].swapcase()  # scripts without case have no small letters
        if capital and word not in {"I", "I'm", "I've"} and word.casefold() not in {"and", "i", "है"}:
            end = found.end()
        elif word not in _PARTICLES or number == 0:
            break
    if end:
        return end
    first = re.match(r"\S+", words)
    assert first is not None
    rest = words[first.end() :] + after
    alone = re.match(r"\s*(?:$|[,.;!\n]|(?:and|und|et|y|e|en|i|from|aus)\b)", rest, re.IGNORECASE)
    return first.end() if alone else 0
