"""What the page's terms mean: the first sentence where a term is pointed at, all of it in a list at the page's end."""

from __future__ import annotations

from earful.warehouse.constants import CONSTANTS, ENOUGH_POSTS

_THRESHOLD = f"{CONSTANTS['compound_threshold']:g}"

#: Term, as the page's columns and headings have it, and its meaning in a few plain sentences.
TERMS: dict[str, str] = {
    "95% interval": (
        "The range that holds the true value 19 times of 20. Where that of a change does not hold 0, "
        "chance alone is an unlikely cause."
    ),
    "7-day mean": (
        "All scores of 7 days taken together, each post counting once. Days that are not complete are left out."
    ),
    "Alarm": (
        "A change that is sure, matters, and is bad news. What is better, and fewer posts, are listed and raise none."
    ),
    "AUC": (
        "How often a post whose own number (stars, NPS, a thumb) says content scores above one whose number says "
        "discontented, ties counting half: 1 is always, 0.5 is chance."
    ),
    "Complaints": "Scored posts that are negative about the topic in a hundred of ours, less theirs.",
    "Complete day": (
        "A day that every channel of the product was read for, from its first minute to its last, and whose number of "
        "posts is not doubted. A channel counts from the first day of which it covers anything to its own last."
    ),
    "Explains": (
        "The part of the change of the mean that lies in these posts. The named parts and the rest add up to it."
    ),
    "Impact": "The product's mean score less the mean that it would have without the posts that name the topic.",
    "Mean score": (
        "The mean of the scores of all scored posts; of a topic, of the sentences that name it. A score is VADER's "
        "compound, from −1 (negative) to +1 (positive), made for English."
    ),
    "Mix": "The part of a change that comes from being written about more or less, not from a different tone.",
    "n": (
        "How many posts a number rests on: scored posts for a score, ratings for stars, answers for NPS. "
        "What rests on few moves a lot by chance."
    ),
    "Negative": (
        f"Scored posts with a score of −{_THRESHOLD} and less; of a topic, those whose sentences on it score so."
    ),
    "Neutral": f"Scored posts with a score between −{_THRESHOLD} and {_THRESHOLD}.",
    "Newest complete day against usual": (
        "That day's mean less what is usual: the mean of the complete days among the 56 that end 3 days before it, "
        "without days that stood out. Days of few posts are judged together, up to 7 of them."
    ),
    "NPS": "Net Promoter Score: the share of answers of 9 and 10 less the share of 0 to 6, from −100 to +100.",
    "Positive": f"Scored posts with a score of {_THRESHOLD} and more.",
    "Share of voice": (
        "A product's share of all posts about the products here, on channels and days that can be compared."
    ),
    "Stars": "The mean of the ratings from 1 to 5 that came with posts. Posts without a rating do not count.",
    "Unscored": "Posts in another language than English, or that say nothing. They are counted, and are not neutral.",
    "Verdict": (
        "Whether a difference is more than chance. A day that is not complete has none. Days of fewer than "
        f"{ENOUGH_POSTS} scored posts wait and are judged together: once they have as many, or a week with 5. "
        f"What is compared with something else has {ENOUGH_POSTS} posts and more on each side."
    ),
    "Within": "The part of a change that comes from posts of the same kind that sound different.",
}
