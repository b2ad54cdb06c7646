"""Small tables of the shapes that the presets know, rows of our own; with what their first row says."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Shaped:
    """A table of a preset. ``row``: what its first row is, by field of a post; ``author`` is the name before its HMAC.

    ``columns``: those that a survey's own questions take. ``found``: whether its header tells it.
    """

    preset: str
    name: str
    data: bytes
    row: dict[str, Any]
    columns: dict[str, Any] = field(default_factory=dict)
    found: bool = True
    options: dict[str, Any] = field(default_factory=dict)


def _csv(header: list[str], *rows: list[Any]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


def _lines(*rows: dict[str, Any]) -> bytes:
    return "\n".join(map(json.dumps, rows)).encode()


def _qualtrics() -> bytes:
    names = ["StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished"]
    names += ["RecordedDate", "ResponseId", "RecipientLastName", "RecipientFirstName", "RecipientEmail"]
    names += ["ExternalReference", "LocationLatitude", "LocationLongitude", "DistributionChannel", "UserLanguage"]
    asked = ["Start Date", "End Date", "Response Type", "IP Address", "Progress", "Duration (in seconds)", "Finished"]
    asked += ["Recorded Date", "Response ID", "Recipient Last Name", "Recipient First Name", "Recipient Email"]
    asked += ["External Data Reference", "Location Latitude", "Location Longitude", "Distribution Channel"]
    asked += ["User Language", "How likely are you to recommend Acme?", "Please tell us why"]
    ids = [json.dumps({"ImportId": name, "timeZone": "America/Denver"} if "Date" in name else {"ImportId": name})
           for name in names]  # fmt: skip
    row = ["2026-03-04 09:58:01", "2026-03-04 10:00:00", "IP Address", "*", "100", "119", "True", "2026-03-04 10:00:01"]
    row += ["R_1", "", "", "kim@example.com", "", "", "", "email", "EN"]
    more = [[*row[:7], f"2026-03-0{day} 12:00:00", f"R_{day}", *row[9:], score, said] for day, score, said in (
        (5, "2", "It stopped working last week"), (6, "10", "Nothing comes close to it"), (7, "8", "Does the job well"),
        (8, "0", "I could not log in at all"), (9, "7", "Fine for what it costs"),
    )]  # fmt: skip
    return _csv([*names, "Q1", "Q2"], asked, [*ids, '{"ImportId":"QID1"}', '{"ImportId":"QID2_TEXT"}'],
                [*row, "9", "Easy to use every day"], *more)  # fmt: skip


_STEAM_AUTHOR = {"steamid": "7656119800000001", "num_games_owned": 10, "playtime_forever": 300}
SHAPED = [
    Shaped(
        "play_console",
        "reviews_com.acme_202603.csv",
        _csv(
            ["Package Name", "App Version Code", "App Version Name", "Reviewer Language", "Device",
             "Review Submit Date and Time", "Review Submit Millis Since Epoch", "Review Last Update Date and Time",
             "Review Last Update Millis Since Epoch", "Star Rating", "Review Title", "Review Text",
             "Developer Reply Date and Time", "Developer Reply Millis Since Epoch", "Developer Reply Text",
             "Review Link"],
            ["com.acme", "42", "4.2.0", "de", "pixel", "2026-03-04T10:00:01Z", "1772618401000",
             "2026-03-04T10:00:01Z", "1772618401000", "2", "Naja", "Es stürzt oft ab", "", "", "",
             "https://play.example/console?reviewId=gp%3A1"],
        ),
        {"post_id": "gp:1", "created_at": "2026-03-04T10:00:01", "rating": 2.0, "text": "Es stürzt oft ab",
         "title": "Naja", "app_version": "4.2.0", "market": "de"},
        options={"product_column": "Package Name"},
    ),
    Shaped(
        "nps",
        "nps.csv",
        _csv(["Response ID", "NPS Score", "Comment", "Submitted At"], ["7", "9", "Good", "2026-03-04T10:00:01Z"]),
        {"post_id": "7", "created_at": "2026-03-04T10:00:01", "nps": 9, "text": "Good"},
        found=False,
    ),
    Shaped(
        "app_store_connect",
        "customerReviews.json",
        json.dumps({
            "data": [{
                "type": "customerReviews",
                "id": "00000028-1",
                "attributes": {"rating": 4, "title": "Solid", "body": "It works on my tablet too",
                               "reviewerNickname": "kim_l", "createdDate": "2026-03-04T02:00:01-08:00",
                               "territory": "USA"},
                "relationships": {"response": {"links": {"self": "https://api.example/1"}}},
                "links": {"self": "https://api.example/2"},
            }],
            "links": {"self": "https://api.example/3"},
            "meta": {"paging": {"total": 1, "limit": 1}},
        }).encode(),
        {"post_id": "00000028-1", "created_at": "2026-03-04T10:00:01", "rating": 4.0, "title": "Solid",
         "text": "It works on my tablet too", "author": "kim_l", "market": "USA"},
    ),
    Shaped(
        "google_play_scraper",
        "com.acme.csv",
        _csv(
            ["reviewId", "userName", "userImage", "content", "score", "thumbsUpCount", "reviewCreatedVersion", "at",
             "replyContent", "repliedAt", "appVersion"],
            ["gp:AOq1", "Kim L", "https://img.example/1", "Crashes when I open it", "1", "14", "4.2.0",
             "2026-03-04 10:00:01", "Sorry!", "2026-03-05 09:00:00", "4.2.0"],
        ),
        {"post_id": "gp:AOq1", "created_at": "2026-03-04T10:00:01", "rating": 1.0, "text": "Crashes when I open it",
         "author": "Kim L", "likes": 14, "app_version": "4.2.0"},
    ),
    Shaped(
        "app_store_scraper",
        "acme_ios.csv",
        _csv(
            ["", "date", "review", "rating", "isEdited", "userName", "title", "developerResponse"],
            ["0", "2026-03-04 10:00:01", "Does what it should", "5", "False", "kim_l", "Great", ""],
        ),
        {"created_at": "2026-03-04T10:00:01", "rating": 5.0, "text": "Does what it should", "title": "Great",
         "author": "kim_l"},
    ),
    Shaped(
        "appbot",
        "appbot.csv",
        _csv(
            ["id", "store_id", "author", "rating", "body", "subject", "published_at", "version", "country_code"],
            ["901", "17", "kim_l", "3", "Too many ads since spring", "Ads", "2026-03-04", "4.2", "gb"],
        ),
        {"post_id": "901", "created_at": "2026-03-04T00:00:00", "rating": 3.0, "text": "Too many ads since spring",
         "title": "Ads", "author": "kim_l", "app_version": "4.2", "market": "gb"},
    ),
    Shaped(
        "trustpilot",
        "trustpilot.csv",
        _csv(
            ["Domain Url", "Webshop Name", "Business Unit Id", "Review Id", "Review Created (UTC)",
             "Review Consumer User Id", "Review Username", "Review Title", "Review Content", "Review Stars",
             "Source Of Review", "Reference Id"],
            ["acme.example", "Acme", "b1", "t1", "2026-03-04 10:00:01", "u1", "Kim L", "Quick help",
             "They answered within an hour", "5", "Organic", ""],
        ),
        {"post_id": "t1", "created_at": "2026-03-04T10:00:01", "rating": 5.0, "title": "Quick help",
         "text": "They answered within an hour", "author": "u1"},
    ),
    Shaped(
        "steam_reviews",
        "reviews.json",
        json.dumps({"success": 1, "query_summary": {"num_reviews": 1}, "reviews": [{
            "recommendationid": "9001", "author": _STEAM_AUTHOR, "language": "english", "review": "Fun with friends",
            "timestamp_created": 1772618401, "timestamp_updated": 1772704801, "voted_up": True, "votes_up": 3,
            "votes_funny": 0, "weighted_vote_score": "0.5", "comment_count": 2, "steam_purchase": True,
        }], "cursor": "*"}).encode(),
        {"post_id": "9001", "created_at": "2026-03-04T10:00:01", "recommended": True, "text": "Fun with friends",
         "author": "7656119800000001", "likes": 3, "language_hint": "english", "reply_count": 2},
    ),
    Shaped(
        "steam_kaggle",
        "steam_reviews.csv",
        _csv(
            ["", "app_id", "app_name", "review_id", "language", "review", "timestamp_created", "timestamp_updated",
             "recommended", "votes_helpful", "votes_funny", "weighted_vote_score", "comment_count", "author.steamid"],
            ["0", "10", "Acme Quest", "8501", "english", "Not worth it", "1772618401", "1772618401", "False", "4", "1",
             "0.52", "0", "7656119800000001"],
        ),
        {"post_id": "8501", "created_at": "2026-03-04T10:00:01", "recommended": False, "text": "Not worth it",
         "author": "7656119800000001", "likes": 4},
    ),
    Shaped(
        "surveymonkey",
        "acme.csv",
        _csv(
            ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name",
             "Last Name", "Custom Data 1", "How likely is it that you would recommend Acme?", "Why?"],
            ["", "", "", "", "", "", "", "", "", "", "Open-Ended Response"],
            ["11400001", "400", "03/14/2026 09:58:00 AM", "03/14/2026 10:00:01 AM", "", "kim@example.com", "", "", "",
             "10 - Extremely likely", "It just works every day"],
            ["11400002", "400", "03/15/2026 09:58:00 AM", "03/15/2026 10:00:01 AM", "", "lee@example.com", "", "", "",
             "4", "The widget is far too small"],
        ),
        {"post_id": "11400001", "created_at": "2026-03-14T10:00:01", "nps": 10, "text": "It just works every day",
         "author": "kim@example.com"},
        columns={"nps": "How likely is it that you would recommend Acme?", "text": "Why?"},
    ),
    Shaped(
        "typeform",
        "responses.csv",
        _csv(
            ["#", "How likely are you to recommend us?", "What should we improve?", "Response Type",
             "Start Date (UTC)", "Stage Date (UTC)", "Submit Date (UTC)", "Network ID", "Tags"],
            ["aa11", "8", "Please add a dark mode to it", "completed", "2026-03-04 09:58:00", "",
             "2026-03-04 10:00:01", "n1", ""],
            ["aa12", "0", "It lost all of my notes", "completed", "2026-03-05 09:58:00", "", "2026-03-05 10:00:01",
             "n2", ""],
        ),
        {"post_id": "aa11", "created_at": "2026-03-04T10:00:01", "nps": 8, "text": "Please add a dark mode to it",
         "author": "n1"},
        columns={"nps": "How likely are you to recommend us?", "text": "What should we improve?"},
    ),
    Shaped(
        "google_forms",
        "form.csv",
        _csv(
            ["Horodateur", "Recommanderiez-vous Acme ?", "Pourquoi ?"],
            ["2026/03/04 10:00:01", "6", "Trop lent sur mon vieux téléphone"],
        ),
        {"created_at": "2026-03-04T10:00:01", "nps": 6, "text": "Trop lent sur mon vieux téléphone"},
        columns={"nps": "Recommanderiez-vous Acme ?", "text": "Pourquoi ?"},
        found=False,
    ),
    Shaped(
        "qualtrics",
        "survey.csv",
        _qualtrics(),
        {"post_id": "R_1", "created_at": "2026-03-04T17:00:01", "nps": 9, "text": "Easy to use every day",
         "author": "kim@example.com", "language_hint": "EN"},
        columns={"nps": "Q1", "text": "Q2"},
        options={"time_zone": "America/Denver"},
    ),
    Shaped(
        "delighted",
        "survey_responses.json",
        json.dumps([{
            "id": "210001", "person": "1042", "survey_type": "nps", "score": 3, "comment": "Support never answered",
            "permalink": "https://delighted.example/r/1", "created_at": 1772618401, "updated_at": 1772618401,
            "person_properties": None, "notes": [], "tags": [], "additional_answers": [],
        }]).encode(),
        {"post_id": "210001", "created_at": "2026-03-04T10:00:01", "nps": 3, "text": "Support never answered",
         "author": "1042", "url": "https://delighted.example/r/1"},
    ),
    Shaped(
        "zendesk",
        "satisfaction_ratings.json",
        json.dumps({"satisfaction_ratings": [{
            "id": 35436, "url": "https://acme.example/api/v2/satisfaction_ratings/35436.json", "assignee_id": 135,
            "group_id": 44, "requester_id": 7881, "ticket_id": 208, "score": "good", "comment": "Friendly and quick",
            "created_at": "2026-03-04T10:00:01Z", "updated_at": "2026-03-04T10:00:01Z",
        }], "count": 1}).encode(),
        {"post_id": "35436", "created_at": "2026-03-04T10:00:01", "recommended": True, "text": "Friendly and quick",
         "author": "7881"},
    ),
    Shaped(
        "intercom",
        "conversations.jsonl",
        _lines({
            "type": "conversation", "id": "1295", "created_at": 1772600000, "updated_at": 1772618402,
            "conversation_rating": {"rating": 5, "remark": "Solved in minutes", "created_at": 1772618401,
                                    "contact": {"type": "contact", "id": "c1"},
                                    "teammate": {"type": "contact", "id": "t1"}},
            "source": {"body": "<p>Hi</p>", "author": {"type": "lead", "id": "l1"}, "attachments": []},
        }),
        {"post_id": "1295", "created_at": "2026-03-04T10:00:01", "rating": 5.0, "text": "Solved in minutes",
         "author": "c1"},
    ),
    Shaped(
        "amazon_fine_food",
        "Reviews.csv",
        _csv(
            ["Id", "ProductId", "UserId", "ProfileName", "HelpfulnessNumerator", "HelpfulnessDenominator", "Score",
             "Time", "Summary", "Text"],
            ["1", "B001", "A3SG", "kim", "1", "1", "5", "1772582400", "Good", "My dog likes it a lot"],
        ),
        {"post_id": "1", "created_at": "2026-03-04T00:00:00", "rating": 5.0, "title": "Good",
         "text": "My dog likes it a lot", "author": "A3SG", "likes": 1},
    ),
    Shaped(
        "amazon_reviews",
        "Musical_Instruments_5.json",
        _lines({"reviewerID": "A2SU", "asin": "0000013714", "reviewerName": "Kim", "helpful": [2, 3],
                "reviewText": "The strings broke on day two", "overall": 2.0, "summary": "Broke",
                "unixReviewTime": 1772582400, "reviewTime": "03 4, 2026"}),
        {"created_at": "2026-03-04T00:00:00", "rating": 2.0, "title": "Broke", "text": "The strings broke on day two",
         "author": "A2SU"},
    ),
    Shaped(
        "amazon_reviews_2023",
        "All_Beauty.jsonl",
        _lines({"rating": 4.0, "title": "Nice", "text": "Smells good and lasts", "images": [], "asin": "B00Y",
                "parent_asin": "B00Y", "user_id": "AGKH", "timestamp": 1772618401000, "helpful_vote": 2,
                "verified_purchase": True}),
        {"created_at": "2026-03-04T10:00:01", "rating": 4.0, "title": "Nice", "text": "Smells good and lasts",
         "author": "AGKH", "likes": 2},
    ),
    Shaped(
        "twitter_airline",
        "Tweets.csv",
        _csv(
            ["tweet_id", "airline_sentiment", "airline_sentiment_confidence", "negativereason",
             "negativereason_confidence", "airline", "airline_sentiment_gold", "name", "negativereason_gold",
             "retweet_count", "text", "tweet_coord", "tweet_created", "tweet_location", "user_timezone"],
            ["570300000000000001", "negative", "1.0", "Late Flight", "0.7", "Acme Air", "", "kim_l", "", "0",
             "@acmeair two hours late again", "", "2026-03-04 02:00:01 -0800", "", ""],
        ),
        {"post_id": "570300000000000001", "created_at": "2026-03-04T10:00:01", "text": "@acmeair two hours late again",
         "author": "kim_l"},
    ),
]  # fmt: skip
