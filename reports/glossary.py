"""What the page's terms mean: shown where a term is pointed at, and as a list at the end of the page."""

from __future__ import annotations

from earful.warehouse.constants import CONSTANTS, ENOUGH_POSTS

_THRESHOLD = f"{CONSTANTS['compound_threshold']:g}"

#: Term, as the page's columns and headings have it, and its meaning in one or two plain sentences.
TERMS: dict[str, str] = {
    "95% interval": (
        "The range that holds the true value 19 times of 20. Where that of a change does not hold 0, "
        "chance alone is an unlikely cause."
    ),
    "7-day mean": (
        "All scores of 7 days taken together, each post counting once. Days that are not complete are left out."
    ),
    "Against usual": (
        "The newest complete day less what is usual: the mean of the 56 days that end 3 days before it, "
        "without days that stood out."
    ),
    "Alarm": (
        "A change that is sure, matters, and is bad news. What is better, and fewer posts, are listed and raise none."
    ),
    "AUC": (
        "How often a post whose own number (stars, NPS) says content scores above one whose number says "
        "discontented: 1 is always, 0.5 is chance."
    ),
    "Baseline": (
        "What is usual: the mean of the 56 days that end 3 days before the day that is judged, without "
        "days that stood out."
    ),
    "Complaints": "Posts that are negative about the topic in a hundred posts of ours, less theirs.",
    "Complete day": "A day that every channel of the product was read for, from its first minute to its last.",
    "Explains": (
        "The part of the change of the mean that lies in these posts. The named parts and the rest add up to it."
    ),
    "Impact": "The product's mean score less the mean that it would have without the posts of this topic.",
    "Mean score": (
        "The mean of the scores of all posts. A score is VADER's compound, from −1 (negative) to +1 "
        "(positive), made for English."
    ),
    "Mix": "The part of a change that comes from being written about more or less, not from a different tone.",
    "n": "How many posts a number rests on. A mean of few posts moves a lot by chance.",
    "Negative": f"Scored posts with a score of −{_THRESHOLD} and less.",
    "NPS": "Net Promoter Score: the share of answers of 9 and 10 less the share of 0 to 6, from −100 to +100.",
    "Positive": f"Scored posts with a score of {_THRESHOLD} and more.",
    "Neutral": f"Scored posts with a score between −{_THRESHOLD} and {_THRESHOLD}.",
    "Share of voice": (
        "A product's share of all posts about the products here, on channels and days that can be compared."
    ),
    "Stars": "The mean of the ratings from 1 to 5 that came with posts. Posts without a rating do not count.",
    "Unscored": "Posts in another language than English, or without words. They are counted, and are not neutral.",
    "Verdict": (
        "Whether a difference is more than chance. Days that are not complete, or with fewer than "
        f"{ENOUGH_POSTS} scored posts, are not judged as days."
    ),
    "Within": "The part of a change that comes from posts of the same kind that sound different.",
}
