"""What every repair and every group of the overlay does to labelled texts: ``python -m benchmarks.overlay [--json]``.

Words, valences and repairs were chosen by meaning, and none was fitted; but these sets were looked at afterwards. What
hurt general language on them was removed (play, better, kill: the last became the list "games") or weakened (hope,
help, free, wish). So they are no blind test of the overlay. "Google Play 2026" was read once, when that was done.

Phrases (heard.toml) were written from kinds and read against the set SEEN alone. The others decide: texts won and lost
were counted by phrase and by group, and what lost there was taken out. Of the tweets and of "Google Play 2026" the
texts that the second list of phrases lost were read for that.

English texts only, by the gate. Each line of the table switches one thing on (+, from bare VADER) or off (-, from the
whole profile) and gives points of accuracy (three classes at +-0.05), macro-F1 and AUC, and the texts whose class is
another than VADER's. "damaged" does to the texts what phones, exports and haste do, and shows what repair wins back.
"""

from __future__ import annotations

import csv
import gzip
import html
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.texts import ROOT, STEAM
from earful.sentiment.evaluation import measures, paper, truth
from earful.sentiment.language.gate import languages
from earful.sentiment.plain import CAP
from earful.sentiment.profile.overlay import product
from earful.sentiment.profile.profile import Profile
from earful.sentiment.profile.repairs import REPAIRS, repair
from earful.sentiment.reading import join, strings
from earful.sentiment.vader.polarity import polarity

#: The set whose misses were read while the phrases were written; the others decide.
SEEN = "Google Play 2014, seen"
#: Reviews of single apps, by the name of the set.
INCIDENTS = {"App Store": "youtube_ios", "Google Play 2014": "swiftkey", SEEN: "viber"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """English texts, and what people said of each."""

    name: str
    texts: pa.Array
    truth: truth.Truth

    @property
    def rows(self) -> int:
        return len(self.texts)


def sets() -> Iterator[Labelled]:
    """Every labelled set at hand."""
    with gzip.open(STEAM, "rt", encoding="utf-8") as lines:
        reviews = [json.loads(line) for line in lines]
    yield _set("Steam", [r["review"] for r in reviews], ["yes" if r["voted_up"] else "no" for r in reviews], "labels")
    said: dict[str, str] = {}
    for file in sorted((ROOT / "google_play_console").glob("*.csv")):
        for row in csv.DictReader(file.read_text("utf-16").splitlines()):
            text = "\n".join(p for p in (row["Review Title"], row["Review Text"]) if p)
            if text:
                said[text] = row["Star Rating"]
    yield _set("Play Console", list(said), list(said.values()), "stars")
    reviews = _play_web()
    yield _set("Google Play 2026", [text for text, _ in reviews], [str(stars) for _, stars in reviews], "stars")
    for name, incident in INCIDENTS.items():
        table = pq.read_table(ROOT / "incidents" / f"{incident}.parquet", columns=["title", "text", "rating"])
        table = table.filter(pc.is_valid(table["rating"]))
        said = dict(
            zip(
                join([strings(table["title"]), strings(table["text"])]).to_pylist(),
                table["rating"].to_pylist(),
                strict=True,
            )
        )
        yield _set(name, list(said), [f"{stars:g}" for stars in said.values()], "stars")
    for published, texts, ratings in paper.sets(ROOT / "vader_ground_truth"):
        yield Labelled(published.name, texts, ratings)


def _play_web() -> list[tuple[str, int]]:
    """Text and stars of one recorded answer of Google Play's web page: JSON in JSON behind a prefix."""
    raw = (ROOT / "google_play_web" / "translate-initial.txt").read_text("utf-8")
    answer = next(json.loads(line) for line in raw.splitlines() if line.startswith("[["))
    return [(review[4], review[2]) for review in json.loads(answer[0][2])[0] if review[4]]


def _set(name: str, texts: list[str], said: list[str], kind: truth.Kind) -> Labelled:
    # As the nightly: English only, capped.
    kept = pa.array([code == "en" and bool(text.strip()) for text, code in zip(texts, languages(texts), strict=True)])
    capped = pa.array([text[:CAP] for text in texts], pa.large_string())
    return Labelled(name, capped.filter(kept), truth.read(pa.array(said).filter(kept), kind))


def variants() -> Iterator[tuple[str, Profile]]:
    """Bare VADER, each part alone, the whole, the whole without each part."""
    whole, ours = Profile.product(), product()
    groups = ours.groups
    yield "vader", Profile.vader()
    yield "product", whole
    yield "repairs", replace(whole, overlays=())
    yield "overlay", replace(whole, repairs=())
    for name in REPAIRS:
        yield f"+ {name}", replace(whole, repairs=(name,), overlays=())
    for group in groups:
        yield f"+ {group}", replace(whole, repairs=(), overlays=(ours.only(group),))
    for name in REPAIRS:
        yield f"- {name}", replace(whole, repairs=tuple(r for r in REPAIRS if r != name))
    for group in groups:
        yield f"- {group}", replace(whole, overlays=(ours.only(*(g for g in groups if g != group)),))


#: What phones, web exports and haste do to a text, by the repair that mends it. The sets have next to none of it left.
DAMAGE: dict[str, Callable[[str], str]] = {
    "entities": lambda text: html.escape(text, quote=True),
    "apostrophes": lambda text: text.replace("'", "’"),
    "punctuation": lambda text: re.sub(r'"([^"]*)"', r"“\1”", text).replace("...", "…"),
    "glued": lambda text: re.sub(r"(?<=[a-z]{2})([.,!?]) +(?=[A-Za-z]{2})", r"\1", text),
    "markup": lambda text: f"[b]{text}[/b]",
}


def damaged(labelled: Labelled) -> dict[str, tuple[float, float]]:
    """By repair: accuracy lost to damage on the texts that have it, and what is still lost after the repair."""
    lexicon, out = Profile.product().lexicon(), {}
    for name, damage in DAMAGE.items():
        texts = labelled.texts.to_pylist()
        hurt = [damage(text) for text in texts]
        at = [i for i, (a, b) in enumerate(zip(texts, hurt, strict=True)) if a != b]
        if not at:
            continue
        wanted, some = labelled.truth.classes[at], pa.array([hurt[i] for i in at], pa.large_string())
        found = [
            measures.accuracy(measures.confusion(wanted, measures.classes(polarity(column, lexicon).compound)))
            for column in (pa.array([texts[i] for i in at], pa.large_string()), some, repair(some, [name]))
        ]
        out[name] = (found[1] - found[0], found[2] - found[0])
    return out


def measured(labelled: Labelled) -> dict[str, dict[str, Any]]:
    """Accuracy, macro-F1, AUC, r and texts whose class changed, for every variant on one set."""
    out: dict[str, dict[str, Any]] = {}
    wanted, base, whole = labelled.truth.classes, None, None
    for name, profile in variants():
        compound = polarity(profile.apply(labelled.texts), profile.lexicon()).compound
        found = measures.classes(compound)
        base = found if base is None else base
        whole = compound if name == "product" else whole
        matrix = measures.confusion(wanted, found)
        gain, low, high = measures.gain(wanted, base, found)
        out[name] = {
            "accuracy": measures.accuracy(matrix), "macro_f1": measures.macro_f1(matrix),
            "auc": measures.auc(wanted, compound), "r": measures.correlation(labelled.truth.values, compound),
            "gain": gain, "low": low, "high": high, "part": _part(wanted, compound, whole),
            "changed": int((found != base).sum()),
        }  # fmt: skip
    return out


def _part(wanted: measures.Classes, without: measures.Floats, whole: measures.Floats | None) -> dict[str, Any]:
    """What the whole profile gains over one without a part: accuracy and AUC, each with its 95% interval."""
    if whole is None:
        return {}
    found = measures.classes(whole)
    return {
        "accuracy": measures.gain(wanted, measures.classes(without), found),
        "auc": measures.auc_gain(wanted, without, whole),
    }


def main(arguments: list[str]) -> None:
    results = {}
    for labelled in sets():
        results[labelled.name] = measured(labelled)
        if "--json" not in arguments:
            _show(labelled, results[labelled.name])
    if "--json" in arguments:
        print(json.dumps(results))


def _show(labelled: Labelled, result: dict[str, dict[str, Any]]) -> None:
    print(f"\n{labelled.name}: {labelled.rows:,} English texts, truth {labelled.truth.said}")
    for name in ("vader", "product", "repairs", "overlay"):
        r = result[name]
        print(
            f"  {name:10} accuracy {r['accuracy']:.4f}  macro-F1 {r['macro_f1']:.4f}  AUC {r['auc']:.4f}"
            f"  r {r['r']:.4f}  gain {r['gain']:+.4f} [{r['low']:+.4f}, {r['high']:+.4f}]"
        )
    for name, r in result.items():
        if name[0] in "+-":
            to = result["vader" if name[0] == "+" else "product"]
            points = [100 * (r[m] - to[m]) for m in ("accuracy", "macro_f1", "auc")]
            print(f"    {name:18} {points[0]:+6.2f} {points[1]:+6.2f} {points[2]:+6.2f}   {r['changed']:6,} texts")
            if name[0] == "-":
                (a, b, c), (d, e, f) = ([100 * x for x in r["part"][m]] for m in ("accuracy", "auc"))
                print(f"      its gain: accuracy {a:+.2f} [{b:+.2f}, {c:+.2f}], AUC {d:+.2f} [{e:+.2f}, {f:+.2f}]")
    for name, (lost, left) in damaged(labelled).items():
        print(f"    damaged: {name:12} {100 * lost:+6.2f} without the repair, {100 * left:+6.2f} with it")


if __name__ == "__main__":
    main(sys.argv[1:])
