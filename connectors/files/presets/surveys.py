"""Answers of surveys and ratings of support, as survey and support tools give them."""

from __future__ import annotations

from earful.connectors.files.presets.preset import Preset

NPS = Preset(
    title="NPS surveys of the commonest names",
    shape="names that exports of several tools share",
    source="nps_survey",
    kind="survey",
    columns={
        "post_id": ("id", "response id", "respondent id", "submission id", "answer id", "uuid"),
        "nps": ("score", "nps", "nps score", "rating"),
        "text": ("comment", "comments", "feedback", "reason", "verbatim", "text"),
        "created_at": ("date", "created at", "submitted at", "answered at", "response date", "timestamp", "time"),
        "market": ("market", "country"),
        "app_version": ("app version", "version"),
    },
    required=frozenset({"nps", "created_at"}),
)

#: One header row of questions, a second one of answers to choose from.
SURVEYMONKEY = Preset(
    title="SurveyMonkey's responses",
    shape="header of SurveyMonkey's export in public scripts that read it (Respondent ID, Collector ID, ...)",
    source="surveymonkey",
    kind="survey",
    columns={
        "post_id": ("Respondent ID",),
        "created_at": ("End Date",),
        "author": ("Email Address",),
    },
    required=frozenset({"post_id", "created_at"}),
    headers=(frozenset({"Respondent ID", "Collector ID", "Start Date", "End Date"}),),
    questions=True,
)

#: A response that was left open has no day of submission.
TYPEFORM = Preset(
    title="Typeform's responses",
    shape="headers and rows of Typeform's results in public repositories (#, Submit Date (UTC), Network ID)",
    source="typeform",
    kind="survey",
    columns={
        "post_id": ("#",),
        "created_at": ("Submit Date (UTC)",),
        "author": ("Network ID",),
    },
    required=frozenset({"post_id", "created_at"}),
    headers=(frozenset({"#", "Start Date (UTC)", "Submit Date (UTC)"}),),
    zone="UTC",
    questions=True,
)

#: The one column that each form has, by the language of its owner; its times are of the sheet's zone, which none says.
GOOGLE_FORMS = Preset(
    title="Google Forms' responses",
    shape="the first column of Google Forms' sheets in public repositories (Timestamp, Horodateur, Zeitstempel, ...)",
    source="google_forms",
    kind="survey",
    columns={
        "created_at": (
            *("Timestamp", "Zeitstempel", "Horodateur", "Marca temporal", "Informazioni cronologiche"),
            *("Carimbo de data/hora", "Tijdstempel", "Sygnatura czasowa", "Отметка времени", "Zaman damgası"),
            *(
                "タイムスタンプ",
                "타임스탬프",
                "时间戳记",
                "時間戳記",
                "طابع زمني",
                "Tidstämpel",
                "Tidsstempel",
                "Aikaleima",
            ),
        ),
        "author": ("Email Address", "Email address", "E-Mail-Adresse", "Adresse e-mail", "Username"),
    },
    required=frozenset({"created_at"}),
    row_ids=True,
    questions=True,
)

#: Three rows of header; the third names the zone, which a guess takes from there.
QUALTRICS = Preset(
    title="Qualtrics' responses",
    shape="Qualtrics' CSV headers in public repositories (StartDate, ..., ResponseId, ..., UserLanguage)",
    source="qualtrics",
    kind="survey",
    columns={
        "post_id": ("ResponseId",),
        "created_at": ("RecordedDate",),
        "author": ("RecipientEmail", "ExternalReference"),
        "language_hint": ("UserLanguage",),
    },
    required=frozenset({"post_id", "created_at"}),
    headers=(frozenset({"StartDate", "EndDate", "RecordedDate", "ResponseId", "DistributionChannel"}),),
    questions=True,
)

#: Times count seconds from 1970.
DELIGHTED = Preset(
    title="Delighted's responses (NPS)",
    shape="Delighted API: Listing survey responses, as repeated in clients' documentation and tests",
    source="delighted",
    kind="survey",
    columns={
        "post_id": ("id",),
        "created_at": ("created_at",),
        "edited_at": ("updated_at",),
        "nps": ("score",),
        "text": ("comment",),
        "author": ("person", "person.id"),
        "url": ("permalink",),
    },
    required=frozenset({"post_id", "created_at", "nps"}),
    headers=(frozenset({"id", "survey_type", "score", "comment", "permalink", "created_at"}),),
    only={"survey_type": "nps"},
)

#: A rating that was offered and not given is neither yes nor no.
ZENDESK = Preset(
    title="Zendesk's satisfaction ratings",
    shape="Zendesk API: Satisfaction Ratings, JSON format",
    source="zendesk",
    kind="survey",
    columns={
        "post_id": ("id",),
        "created_at": ("created_at",),
        "edited_at": ("updated_at",),
        "recommended": ("score",),
        "text": ("comment",),
        "author": ("requester_id",),
        "url": ("url",),
    },
    required=frozenset({"post_id", "created_at", "recommended"}),
    headers=(frozenset({"id", "assignee_id", "requester_id", "ticket_id", "score", "created_at"}),),
    values={"recommended": {"good": "true", "bad": "false"}},
)

#: The rating is inside of its conversation; times count seconds from 1970.
INTERCOM = Preset(
    title="Intercom's conversation ratings",
    shape="Intercom API: the conversation model, Conversation Rating Object",
    source="intercom",
    kind="survey",
    columns={
        "post_id": ("id",),
        "created_at": ("conversation_rating.created_at",),
        "edited_at": ("conversation_rating.updated_at",),
        "rating": ("conversation_rating.rating",),
        "text": ("conversation_rating.remark",),
        "author": ("conversation_rating.contact.id", "conversation_rating.customer.id"),
    },
    required=frozenset({"post_id", "created_at", "rating"}),
    headers=(
        frozenset(
            {
                "id",
                "conversation_rating.rating",
                "conversation_rating.remark",
                "conversation_rating.created_at",
            }
        ),
    ),
    scales={"rating": "1..5"},
)
