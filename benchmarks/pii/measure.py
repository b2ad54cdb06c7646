"""Personal data in 5,000 generated texts of eight countries: what is masked, what else is touched, and the cost.

    python -m benchmarks.pii --json

The generator knows the truth: half of the texts hold one secret, the others hold numbers that are nobody's. On the
recordings it counts what was touched and measures masking's CPU as a share of a scoring step's, in turns.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from statistics import median
from time import process_time

import pyarrow as pa

from benchmarks.texts import all_reviews
from earful.sentiment.columnar import ColumnarScorer
from earful.sentiment.personal.mask import mask

#: By country: telephones (# is a digit, ~ one of 2..9), "my name is", a name, an account after its check digits.
COUNTRIES: dict[str, tuple[list[str], str, list[str], str]] = {
    "DE": (["+49 17# #######", "017# #######", "030/########", "0049 89 #######"], "Ich heiße", ["Jan Groß"], "#" * 18),
    "FR": (["+33 6 ## ## ## ##", "06 ## ## ## ##", "01.##.##.##.##"], "Je m'appelle", ["Zoé Lefèvre"], "#" * 23),
    "GB": (["+44 7### ######", "07### ######", "020 7### ####", "(0161) ### ####"], "My name is", ["Aoife O'Neil"],
           "WEST" + "#" * 14),
    "US": (["+1 ~~~-~##-####", "(~~~) ~##-####", "~~~-~##-####", "~~~.~##.####"], "My name is", ["Mary Jones"], ""),
    "ES": (["+34 6## ### ##1", "6## ## ## ##", "9## ### ##1"], "Me llamo", ["Íñigo de la Peña"], "#" * 20),
    "IT": (["+39 3## ### ####", "3## #######", "02 ########"], "Mi chiamo", ["Chiara D'Amico"], "X" + "#" * 22),
    "BR": (["+55 11 9####-####", "(21) 9####-####", "(11) 3###-####"], "Meu nome é", ["Zé da Silva"], "#" * 23 + "C1"),
    "IN": (["+91 98### #####", "98########", "97### #####", "022 2### ####"], "मेरा नाम", ["राहुल शर्मा"], ""),
}  # fmt: skip
AROUND = ["Great app. {}", "{} please help", "it crashed again, {}, and nobody answers", "no reply!! {}.", "({})"]
HARMLESS = [
    "version #.#.#", "build 1#.0.####.##", "it costs $#,###.##", "on 20##-0~-1#", "1~.0~.20##", "at 1#:##", "#/10",
    "order #######", "order number 9#########", "ticket #########", "about # ### 000 users", "~.### downloads", "#best",
    "thanks @acmeapp", "https://acme.example/blog/post-####?page=#", "my name is not shown", "10#.##.#.###",
]  # fmt: skip


def digits(rng: random.Random, shape: str) -> str:
    """A shape with its # and @ drawn."""
    return "".join(rng.choice("0123456789") if c == "#" else rng.choice("23456789") if c == "~" else c for c in shape)


def card(rng: random.Random) -> str:
    """A number that Luhn's sum holds for, grouped or not."""
    head = digits(rng, rng.choice(["4###########", "51##########", "55##########"]) + "###")
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(head))
    number = head + str(-total % 10)
    gap = rng.choice(["", " ", "-"])
    return gap.join(number[i : i + 4] for i in range(0, 16, 4))


def account(rng: random.Random, country: str, shape: str) -> str:
    """An IBAN with its check digits, grouped or not."""
    body = digits(rng, shape)
    rest = int("".join(str(int(c, 36)) for c in body + country + "00")) % 97
    whole = f"{country}{98 - rest:02d}{body}"
    return " ".join(whole[i : i + 4] for i in range(0, len(whole), 4)) if rng.random() < 0.5 else whole


def secret(rng: random.Random, country: str) -> tuple[str, str, str]:
    """A kind, what is said, and the part of it that must not stay."""
    phones, phrase, names, iban = COUNTRIES[country]
    kind = rng.choice(["email", "phone", "card", "link", "name", *(["account"] if iban else [])])
    if kind == "email":
        said = digits(rng, rng.choice(["jo.x##@mail.example", "k##+tag@sub.shop.co.uk", "M_##@firma.de"]))
    elif kind == "phone":
        said = digits(rng, rng.choice(phones))
    elif kind == "card":
        said = card(rng)
    elif kind == "account":
        said = account(rng, country, iban)
    elif kind == "link":
        part = digits(
            rng, rng.choice(["reset?token=a##b##", "user/jo##", "s?email=jo##%40x.example", "v/a1B2c3D4e5F6##g7H8"])
        )
        return kind, f"https://acme.example/{part}", part
    else:
        name = rng.choice(names)
        return kind, f"{phrase} {name}", name
    return kind, said, said


def measured(seed: int, texts: int) -> dict[str, object]:
    """Shares masked and touched over generated texts, and by kind what was missed."""
    rng = random.Random(seed)
    said, gone, kinds = [], [], []
    for number in range(texts):
        country = list(COUNTRIES)[number % len(COUNTRIES)]
        kind, what, part = secret(rng, country) if rng.random() < 0.5 else ("", digits(rng, rng.choice(HARMLESS)), "")
        said.append(rng.choice(AROUND).format(what))
        gone.append(part)
        kinds.append(kind)
    shown = masked(said).column("text").to_pylist()
    missed = Counter(k for k, part, now in zip(kinds, gone, shown, strict=True) if part and part in now)
    wrong = Counter(k for k, now in zip(kinds, shown, strict=True) if k and f"[{k}]" not in now)
    touched = [a for a, k, b in zip(said, kinds, shown, strict=True) if not k and a != b]
    personal = sum(map(bool, kinds))
    return {
        "texts": texts, "personal": personal, "masked": 1 - sum(missed.values()) / personal, "missed": dict(missed),
        "other_kind": dict(wrong), "touched": len(touched) / (texts - personal), "touched_examples": touched[:5],
    }  # fmt: skip


def masked(said: list[str]) -> pa.Table:
    """A page of texts, masked."""
    return mask(page(said))[0]


def page(said: list[str]) -> pa.Table:
    """What mask and scorer read of a page."""
    count = len(said)
    columns = {"product": ["a"] * count, "title": [""] * count, "text": said, "language_hint": [None] * count}
    return pa.table(columns, pa.schema([(name, pa.string()) for name in columns]))


def recorded(rounds: int = 5) -> dict[str, object]:
    """Over recorded reviews: how many were touched, by kind, and masking's CPU in shares of scoring's."""
    said = all_reviews()
    posts, scorer = page(said), ColumnarScorer()
    scorer.score_page(posts.slice(0, 6_000))
    shares = []
    for _ in range(rounds):
        begun = process_time()
        after, counts = mask(posts)
        between = process_time()
        scorer.score_page(posts)
        shares.append((between - begun) / (process_time() - between))
    changed = sum(a != b for a, b in zip(said, after["text"].to_pylist(), strict=True))
    return {"texts": len(said), "changed": changed, "kinds": dict(counts.get("a", {})), "cpu_share": median(shares)}


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--texts", type=int, default=5_000)
    asked = parser.parse_args()
    found = {"generated": measured(asked.seed, asked.texts), "recorded": recorded()}
    print(json.dumps(found, ensure_ascii=False, indent=None if asked.json else 2))


if __name__ == "__main__":
    main()
