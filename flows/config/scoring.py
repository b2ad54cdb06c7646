"""``[scoring]`` of ``earful.toml``: which profile scores, with which repairs and words."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from earful.flows.errors import UserError
from earful.sentiment.language.gate import Guesser
from earful.sentiment.profile.overlay import LISTS, OverlayError, check_words
from earful.sentiment.profile.profile import Name, Profile
from earful.sentiment.profile.repairs import REPAIRS


def _checked(words: Any) -> Any:  # noqa: ANN401 - whatever the file holds
    if not isinstance(words, Mapping):
        raise ValueError("write words = { sharpen = 1.5 }: a word in lower case, a number from -4 to 4")
    try:
        return check_words(words, "words")
    except OverlayError as error:
        raise ValueError(str(error).removeprefix("words: ")) from None


def _known(names: tuple[str, ...] | None, allowed: tuple[str, ...]) -> tuple[str, ...] | None:
    for name in names or ():
        if name not in allowed:
            raise ValueError(f"{name!r} is not known; allowed: {', '.join(allowed)}")
    return names


def _installed(gate: Guesser) -> Guesser:
    if gate != "py3langid" and find_spec(gate) is None:
        raise ValueError(f"not installed; pip install 'earful[{gate}]'")
    return gate


#: A table of words in lower case with valences from -4 to 4.
Words = Annotated[dict[str, float], BeforeValidator(_checked)]


class Scoring(BaseModel):
    """How texts are scored. ``repairs`` None: all of them. ``gate``: the language model where words do not decide."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    profile: Name = "product"
    gate: Annotated[Guesser, AfterValidator(_installed)] = "py3langid"
    repairs: Annotated[tuple[str, ...] | None, AfterValidator(lambda v: _known(v, tuple(REPAIRS)))] = None
    lists: Annotated[tuple[str, ...], AfterValidator(lambda v: _known(v, LISTS))] = ()
    overlay_files: tuple[Path, ...] = ()
    words: Words = {}

    def objection(self, products: Mapping[str, Mapping[str, float]]) -> str:
        """What is wrong with it beside the products' words, "" if nothing."""
        given = [name for name in ("repairs", "lists", "overlay_files", "words") if getattr(self, name)]
        given += [f"words of {slug}" for slug, words in products.items() if words]
        if self.profile == "vader" and given:
            return f'scoring.profile: "vader" is the bare package and has no {given[0]}; use "product"'
        return ""

    def build(self, root: Path, products: Mapping[str, Mapping[str, float]]) -> Profile:
        """The profile, with the words of each product. Raises UserError for an overlay file that cannot be used."""
        if self.profile == "vader":
            return Profile.vader()
        try:
            return Profile.product(
                repairs=self.repairs,
                lists=self.lists,
                files=[root / file for file in self.overlay_files],
                words=self.words,
                extra_words=products,
            )
        except OverlayError as error:
            raise UserError(f"scoring.overlay_files: {error}") from None
