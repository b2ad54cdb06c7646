"""No published number is another one than it was, unless somebody meant it.

Where one is meant to be: ``make snapshots`` keeps what is published now. The commit shows which tables changed, and says
why. A snapshot is no proof that a number is right (see tests/helpers/published/snapshot.py).
"""

from __future__ import annotations

from pathlib import Path

import landed_world
import pytest
import recorded_world
from snapshot import check, of_file, of_questions, of_words
from world import World
from world_posts import LAST, PRODUCTS
from world_posts import day as world_day


def test_the_world_is_published_as_it_was(world: World) -> None:
    check("world", of_file(world.path))


def test_questions_about_the_world_are_answered_as_they_were(world: World) -> None:
    check("world-questions", of_questions(world.path, sorted(PRODUCTS), world_day(LAST + 1)))


@pytest.mark.slow
def test_a_store_with_dates_on_every_bound_is_told_as_it_was(tmp_path: Path) -> None:
    path = landed_world.build(tmp_path).path
    found = of_questions(path, ("orbit", "nova", "lull"), landed_world.UNTIL)
    check("landed", of_file(path) | found | of_words(path))


@pytest.mark.slow
def test_real_posts_of_four_months_are_published_as_they_were(tmp_path: Path) -> None:
    path = recorded_world.build(tmp_path)
    check("recorded", of_file(path) | of_questions(path, ("browser", "player", "quiet"), recorded_world.UNTIL))
