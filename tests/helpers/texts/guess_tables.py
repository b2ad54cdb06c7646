"""Tables as people export them, in many languages and shapes, rows of our own; with what each of them is."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from typing import Any

from workbook import workbook


@dataclass(frozen=True)
class Told:
    """A table and what is right of it.

    ``columns``: the columns by field, all of them; ``rest``: further options; ``doubt``: a word of the doubt that there
    has to be; ``first``: the UTC time of its first row, and ``grade`` its stars or answer as they have to land.
    """

    name: str
    data: bytes
    columns: dict[str, Any]
    rest: dict[str, Any] = field(default_factory=dict)
    doubt: str = ""
    first: str = ""
    grade: float | bool | None = None
    product: str = "Acme"
    rows: int = 6


def _text(content: str, encoding: str = "utf-8") -> bytes:
    return content.lstrip("\n").encode(encoding)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


TABLES = [
    Told(
        "acme_umfrage.csv",
        _text(
            """
Zeitstempel;Wie wahrscheinlich ist es, dass Sie Acme weiterempfehlen?;Warum haben Sie diese Note gegeben?;Land
04.03.2026 09:12:44;10;Läuft seit dem Update endlich stabil, danke dafür;DE
04.03.2026 11:40:02;3;Die Anmeldung dauert ewig und bricht oft ab;AT
05.03.2026 08:01:10;9;Sehr übersichtlich und schnell;DE
05.03.2026 19:33:51;0;Seit gestern stürzt alles ab;CH
06.03.2026 07:20:00;7;Ganz gut, aber der dunkle Modus fehlt;DE
06.03.2026 22:48:09;8;Macht, was es soll;DE
""",
            "cp1252",
        ),
        {
            "created_at": "Zeitstempel",
            "nps": "Wie wahrscheinlich ist es, dass Sie Acme weiterempfehlen?",
            "text": "Warum haben Sie diese Note gegeben?",
            "market": "Land",
        },
        {"id": "row", "kind": "survey"},
        doubt="time_zone",
        first="2026-03-04T08:12:44",
        grade=10,
    ),
    Told(
        "avis-acme.csv",
        _text(
            """
Identifiant de l'avis,Date de publication,Note,Titre,Commentaire,Pseudo,Version de l'application
AV-1001,2026-03-04,5,Parfait,"Très pratique au quotidien, je ne m'en passe plus",camille_b,4.2.0
AV-1002,2026-03-05,2,Déçu,"La dernière mise à jour a tout cassé, impossible d'ouvrir mes notes",luc.m,4.2.1
AV-1003,2026-03-06,4,Bien,Bonne application mais un peu lente au démarrage,noor,4.2.1
AV-1004,2026-03-07,1,Nul,Elle plante sans arrêt depuis mardi,jd75,4.2.1
AV-1005,2026-03-08,5,Merci,Le support a répondu en une heure,camille_b,4.2.2
AV-1006,2026-03-09,3,Moyen,Fait le travail sans plus,anouk,4.2.2
"""
        ),
        {
            "created_at": "Date de publication",
            "post_id": "Identifiant de l'avis",
            "rating": "Note",
            "title": "Titre",
            "text": "Commentaire",
            "author": "Pseudo",
            "app_version": "Version de l'application",
        },
        {"kind": "review"},
        first="2026-03-03T23:00:00",
        grade=5.0,
    ),
    Told(
        "opiniones_acme.xlsx",
        workbook(
            {
                "Opiniones": [
                    ["Informe de opiniones", None, None, None],
                    [None, None, None, None],
                    ["Fecha", "Usuario", "Calificación", "Comentario"],
                    ["13/03/2026", "marta", 4, "Funciona bien aunque a veces se cierra sola"],
                    ["14/03/2026", "jorge_87", 1, "No puedo iniciar sesión desde ayer"],
                    ["15/03/2026", "ines", 5, "La mejor aplicación que he usado para mis notas"],
                    ["16/03/2026", "marta", 2, "Demasiada publicidad en esta versión"],
                    ["17/03/2026", "pablo", 3, "Está bien pero le falta el modo oscuro"],
                    ["18/03/2026", "lucia", 5, "Muy rápida y fácil de usar"],
                ]
            }
        ),
        {"created_at": "Fecha", "author": "Usuario", "rating": "Calificación", "text": "Comentario"},
        {"id": "row", "kind": "review"},
        first="2026-03-12T23:00:00",
        grade=4.0,
    ),
    Told(
        "recensioni.json",
        _json(
            {
                "pagina": 1,
                "recensioni": [
                    {
                        "id": f"r{n}",
                        "data": f"2026-03-0{n}T10:00:00+01:00",
                        "utente": {"nome": who, "paese": "IT"},
                        "voto": stars,
                        "recensione": {"titolo": title, "testo": words},
                        "immagini": [],
                    }
                    for n, who, stars, title, words in (
                        (1, "giulia", 5, "Ottima", "Funziona benissimo su tutti i miei dispositivi"),
                        (2, "marco", 1, "Pessima", "Si blocca ogni volta che apro una nota"),
                        (3, "anna", 4, "Buona", "Mi piace ma vorrei più temi tra cui scegliere"),
                        (4, "luca", 2, "Lenta", "Dopo l'aggiornamento è diventata lentissima"),
                        (5, "sara", 5, "Bravi", "Assistenza gentile e veloce, problema risolto"),
                        (6, "paolo", 3, "Così così", "Niente di speciale ma fa quello che promette"),
                    )
                ],
            }
        ),
        {
            "created_at": "data",
            "post_id": "id",
            "author": "utente.nome",
            "market": "utente.paese",
            "rating": "voto",
            "title": "recensione.titolo",
            "text": "recensione.testo",
        },
        {"kind": "review"},
        first="2026-03-01T09:00:00",
        grade=5.0,
        product="My product",
    ),
    Told(
        "avaliacoes acme.csv",
        _text(
            """
Carimbo de data/hora,Nome,De 0 a 10 qual a probabilidade de você recomendar o Acme a um amigo?,O que podemos melhorar?
2026/03/04 9:12:44 AM GMT-3,Bruna,9,O aplicativo poderia abrir mais rápido
2026/03/04 1:40:02 PM GMT-3,Caio,2,Perdi todas as minhas notas depois da atualização
2026/03/05 8:01:10 AM GMT-3,Davi,10,"Nada, está ótimo assim"
2026/03/05 7:33:51 PM GMT-3,Elisa,0,Não consigo entrar na minha conta faz uma semana
2026/03/06 7:20:00 AM GMT-3,Fábio,8,Falta um modo escuro de verdade
2026/03/06 10:48:09 PM GMT-3,Gabi,7,Menos anúncios por favor
"""
        ),
        {
            "created_at": "Carimbo de data/hora",
            "author": "Nome",
            "nps": "De 0 a 10 qual a probabilidade de você recomendar o Acme a um amigo?",
            "text": "O que podemos melhorar?",
        },
        {"id": "row", "kind": "survey"},
        first="2026-03-04T12:12:44",
        grade=9,
    ),
    Told(
        "beoordelingen.tsv",
        _text(
            """
Beoordelings-ID\tDatum\tSterren\tBeoordeling\tGebruikersnaam\tTaal
b-91\t4 maart 2026\t4 van 5\tWerkt prima op mijn oude telefoon\tsanne\tnl
b-92\t5 maart 2026\t1 van 5\tLoopt steeds vast bij het openen van foto's\tpieter\tnl
b-93\t6 maart 2026\t5 van 5\tSnelle hulp gekregen, top geregeld\tfemke\tnl
b-94\t7 maart 2026\t2 van 5\tTe veel reclame sinds de nieuwe versie\tdaan\tnl
b-95\t8 maart 2026\t3 van 5\tRedelijk maar mist een donker thema\tsanne\tnl
b-96\t9 maart 2026\t5 van 5\tHeel handig voor boodschappenlijstjes\tbram\tnl
"""
        ),
        {
            "created_at": "Datum",
            "post_id": "Beoordelings-ID",
            "rating": "Sterren",
            "text": "Beoordeling",
            "author": "Gebruikersnaam",
            "language_hint": "Taal",
        },
        {"kind": "review"},
        first="2026-03-03T23:00:00",
        grade=4.0,
        product="My product",
    ),
    Told(
        "ankieta_acme.csv",
        _text(
            """
Sygnatura czasowa,Jak bardzo jesteś zadowolony z aplikacji?,Komentarz
04.03.2026 09:12:44,bardzo zadowolony,Wszystko działa jak należy i jest bardzo szybkie
05.03.2026 11:40:02,niezadowolony,Po ostatniej aktualizacji nie mogę się zalogować
06.03.2026 08:01:10,zadowolony,Przydałby się ciemny motyw
07.03.2026 19:33:51,bardzo niezadowolony,Aplikacja zamyka się przy każdym otwarciu
08.03.2026 07:20:00,neutralny,Jest w porządku ale nic specjalnego
09.03.2026 22:48:09,zadowolony,Pomoc odpowiedziała tego samego dnia
""",
            "cp1250",
        ),
        {
            "created_at": "Sygnatura czasowa",
            "rating": "Jak bardzo jesteś zadowolony z aplikacji?",
            "text": "Komentarz",
        },
        {
            "id": "row",
            "kind": "survey",
            "values": {
                "rating": {
                    "bardzo zadowolony": 5,
                    "niezadowolony": 2,
                    "zadowolony": 4,
                    "bardzo niezadowolony": 1,
                    "neutralny": 3,
                }
            },
        },
        doubt="time_zone",
        first="2026-03-04T08:12:44",
        grade=5.0,
    ),
    Told(
        "отзывы acme.csv",
        _text(
            """
Дата отзыва;Оценка;Отзыв;Имя пользователя;Ответ разработчика;Полезно
13.03.2026;5;Отличное приложение, пользуюсь каждый день;Ирина;Спасибо вам за отзыв!;12
14.03.2026;1;Вылетает при запуске после обновления;Олег;Уже исправляем, приносим извинения;40
15.03.2026;4;Удобно, но хотелось бы тёмную тему;Настя;;3
16.03.2026;2;Слишком много рекламы стало;Олег;;7
17.03.2026;5;Поддержка помогла за пять минут;Глеб;Рады были помочь вам;0
18.03.2026;3;Нормально, ничего особенного;Вера;;1
""",
            "cp1251",
        ),
        {
            "created_at": "Дата отзыва",
            "rating": "Оценка",
            "text": "Отзыв",
            "author": "Имя пользователя",
            "likes": "Полезно",
        },
        {"id": "row", "kind": "review"},
        first="2026-03-12T23:00:00",
        grade=5.0,
    ),
    Told(
        "yorumlar.csv",
        _text(
            """
Yorum ID,Kullanıcı Adı,Puan,Yorum,Tarih,Sürüm
y1,ayse,5,Çok kullanışlı ve hızlı bir uygulama olmuş,2026-03-04 09:12,3.1
y2,mehmet,1,Son güncellemeden sonra sürekli kapanıyor,2026-03-05 10:40,3.2
y3,elif,4,Güzel ama karanlık mod eklenmeli,2026-03-06 08:01,3.2
y4,can,2,Reklamlar yüzünden kullanılmaz hale geldi,2026-03-07 19:33,3.2
y5,zeynep,3,İdare eder ama yavaş açılıyor,2026-03-08 07:20,3.2.1
y6,ayse,5,Destek ekibi hemen yardımcı oldu,2026-03-09 22:48,3.2.1
"""
        ),
        {
            "created_at": "Tarih",
            "post_id": "Yorum ID",
            "author": "Kullanıcı Adı",
            "rating": "Puan",
            "text": "Yorum",
            "app_version": "Sürüm",
        },
        {"kind": "review"},
        doubt="time_zone",
        first="2026-03-04T08:12:00",
        grade=5.0,
        product="My product",
    ),
    Told(
        "アクメ_レビュー.csv",
        _text(
            """
レビューID,投稿日,評価,タイトル,レビュー本文,ニックネーム,バージョン
R001,2026年3月4日,★★★★★,最高です,毎日使っていますがとても便利で手放せません,さくら,2.1.0
R002,2026年3月5日,★☆☆☆☆,落ちます,アップデートしてから起動するとすぐに落ちてしまいます,たろう,2.2.0
R003,2026年3月6日,★★★★☆,良い,使いやすいですがダークモードが欲しいです,みどり,2.2.0
R004,2026年3月7日,★★☆☆☆,広告,広告が多すぎて使う気になりません,けん,2.2.0
R005,2026年3月8日,★★★☆☆,普通,普通に使えますが動作が少し遅いです,はな,2.2.1
R006,2026年3月9日,★★★★★,感謝,サポートの対応が早くて助かりました,さくら,2.2.1
""",
            "shift_jis",
        ),
        {
            "created_at": "投稿日",
            "post_id": "レビューID",
            "rating": "評価",
            "title": "タイトル",
            "text": "レビュー本文",
            "author": "ニックネーム",
            "app_version": "バージョン",
        },
        {"kind": "review"},
        first="2026-03-03T23:00:00",
        grade=5.0,
        product="アクメ",
    ),
    Told(
        "acme评论.csv",
        _text(
            """
评论编号,用户昵称,评分,评论内容,发布时间,点赞数
c-1,小明,5,用了两年一直很稳定推荐给大家,2026-03-04 09:12:44,12
c-2,阿强,1,更新之后打不开了一直闪退,2026-03-05 11:40:02,88
c-3,小红,4,界面很好看就是希望有深色模式,2026-03-06 08:01:10,3
c-4,老王,2,广告太多了根本没法用,2026-03-07 19:33:51,41
c-5,小李,3,还可以吧没有什么特别的,2026-03-08 07:20:00,0
c-6,小红,5,客服回复很快问题解决了,2026-03-09 22:48:09,5
""",
            "gb18030",
        ),
        {
            "created_at": "发布时间",
            "post_id": "评论编号",
            "author": "用户昵称",
            "rating": "评分",
            "text": "评论内容",
            "likes": "点赞数",
        },
        {"kind": "review", "encoding": "gb18030"},
        doubt="time_zone",
        first="2026-03-04T08:12:44",
        grade=5.0,
    ),
    Told(
        "리뷰_acme.csv",
        _text(
            """
번호,작성자,별점,리뷰 내용,작성일,앱 버전
1,하늘,5,매일 쓰고 있는데 정말 편리하고 빨라요,2026.03.04,5.0.1
2,민준,1,업데이트 이후로 계속 튕겨서 쓸 수가 없어요,2026.03.05,5.1.0
3,서연,4,좋은데 다크 모드가 있으면 더 좋겠어요,2026.03.06,5.1.0
4,도윤,2,광고가 너무 많아졌어요 불편합니다,2026.03.07,5.1.0
5,하늘,3,그냥 보통이에요 조금 느린 편이고요,2026.03.08,5.1.1
6,지우,5,고객센터 답변이 빨라서 바로 해결했어요,2026.03.09,5.1.1
"""
        ),
        {
            "created_at": "작성일",
            "author": "작성자",
            "rating": "별점",
            "text": "리뷰 내용",
            "app_version": "앱 버전",
        },
        {"id": "row", "kind": "review"},
        first="2026-03-03T23:00:00",
        grade=5.0,
    ),
    Told(
        "مراجعات.csv",
        _text(
            """
معرف المراجعة,اسم المستخدم,التقييم,التعليق,التاريخ
m1,ليلى,5,تطبيق ممتاز وسهل الاستخدام كل يوم,2026-03-04
m2,سامي,1,يتوقف التطبيق عن العمل بعد التحديث الأخير,2026-03-05
m3,نور,4,جيد ولكن أتمنى إضافة الوضع الليلي قريبا,2026-03-06
m4,عمر,2,الإعلانات كثيرة جدا ومزعجة للغاية,2026-03-07
m5,ليلى,3,مقبول لكنه بطيء قليلا عند الفتح,2026-03-08
m6,هدى,5,خدمة العملاء سريعة وحلت المشكلة فورا,2026-03-09
"""
        ),
        {
            "created_at": "التاريخ",
            "post_id": "معرف المراجعة",
            "author": "اسم المستخدم",
            "rating": "التقييم",
            "text": "التعليق",
        },
        {"kind": "review"},
        first="2026-03-03T23:00:00",
        grade=5.0,
        product="My product",
    ),
    Told(
        "acme_app_reviews.csv",
        _text(
            """
,source,review_id,user_name,review_title,review_description,rating,thumbs_up,review_date,developer_response,laguage_code
0,Google Play,gp:AOq1,Robin,,Crashes every time I open my notes since the update,1,14,2026-03-04 10:12:01,Sorry to hear that!,en
1,Google Play,gp:AOq2,Alex,,Best notes app that I have ever used so far,5,0,2026-03-04 11:44:09,,en
2,Google Play,gp:AOq3,Kim,,It is fine but the widget is far too small,3,2,2026-03-05 08:00:55,,en
3,Google Play,gp:AOq4,Sam,,Ads everywhere now and I paid for this,2,31,2026-03-05 21:15:40,We understand you.,en
4,Google Play,gp:AOq5,Jo,,Support answered within an hour and fixed it,5,1,2026-03-06 07:31:12,,en
5,Google Play,gp:AOq6,Robin,,Sync works across all of my devices,4,0,2026-03-06 19:20:33,,en
"""
        ),
        {
            "created_at": "review_date",
            "post_id": "review_id",
            "author": "user_name",
            "text": "review_description",
            "rating": "rating",
            "likes": "thumbs_up",
            "language_hint": "laguage_code",
        },
        {"kind": "review"},
        doubt="time_zone",
        first="2026-03-04T09:12:01",
        grade=1.0,
        product="Acme App",
    ),
    Told(
        "Acme-ratings-export.csv",
        _text(
            """
Acme reviews
Exported 2026-03-10 by Alex

Date,Time,Country,Version,Score,Subject,Review
2026-03-04,10:12:01,us,7.1,10,Great,Does everything I need and then some more
2026-03-04,23:44:09,us,7.1,2,Broken,Login fails with an error since Tuesday
2026-03-05,08:00:55,gb,7.1,7,Fine,Good enough but slow on my tablet
2026-03-05,21:15:40,de,7.2,1,No,It deleted half of my documents
2026-03-06,07:31:12,us,7.2,9,Thanks,The team listens to feedback
2026-03-06,19:20:33,gb,7.2,8,Good,Nice widgets and themes
"""
        ),
        {
            "created_at": ["Date", "Time"],
            "market": "Country",
            "app_version": "Version",
            "rating": "Score",
            "title": "Subject",
            "text": "Review",
        },
        {"id": "row", "kind": "review"},
        doubt="columns.nps",
        first="2026-03-04T09:12:01",
        grade=5.0,
        product="Acme",
    ),
    Told(
        "nps-acme-2026-03.csv",
        _text(
            """
Respondent,Score,Comment,Answered At (UTC)
u-381,9,Easy to use every day,2026-03-04 10:12
u-382,0,Nothing works since the update,2026-03-04 11:44
u-383,10,Love the new editor a lot,2026-03-05 08:00
u-384,6,Too many notifications for me,2026-03-05 21:15
u-385,8,Good value for the money,2026-03-06 07:31
u-386,7,It is okay I guess,2026-03-06 19:20
"""
        ),
        {"created_at": "Answered At (UTC)", "nps": "Score", "text": "Comment", "author": "Respondent"},
        {"id": "row", "kind": "survey", "time_zone": "UTC"},
        doubt="columns.rating",
        first="2026-03-04T10:12:00",
        grade=9,
    ),
    Told(
        "tweets.jsonl.gz",
        gzip.compress(
            "\n".join(
                json.dumps(
                    {
                        "id_str": str(1762331000000000100 + n),
                        "created_at": f"Wed Mar 04 1{n}:00:00 +0000 2026",
                        "full_text": words,
                        "lang": "en",
                        "favorite_count": n * 3,
                        "user": {"screen_name": f"person{n}", "followers_count": 10 * n},
                        "entities": {"hashtags": [{"text": "acme"}]},
                    }
                )
                for n, words in enumerate(
                    (
                        "the new @acme update is so good",
                        "@acme my notes are gone, please help",
                        "is @acme down for anybody else today",
                        "switching to @acme was worth it",
                        "@acme stop sending me mails every day",
                        "shout out to the support people of @acme",
                    )
                )
            ).encode()
        ),
        {
            "created_at": "created_at",
            "post_id": "id_str",
            "text": "full_text",
            "language_hint": "lang",
            "likes": "favorite_count",
            "author": "user.screen_name",
        },
        {"kind": "post"},
        first="2026-03-04T10:00:00",
        product="My product",
    ),
    Told(
        "two_apps.csv",
        _text(
            """
app_name,platform,date,stars,review_text
Acme,ios,2026-03-04,5,I use it every single day
Rival,ios,2026-03-04,2,Not as good as it used to be
Acme,android,2026-03-05,1,Crashes when I add a photo
Acme,ios,2026-03-06,4,Good but pricey for what it is
Rival,android,2026-03-07,5,Better than all the others
Acme,ios,2026-03-08,3,It does the job
"""
        ),
        {"created_at": "date", "rating": "stars", "text": "review_text"},
        {"id": "row", "kind": "review", "product_column": "app_name"},
        first="2026-03-03T23:00:00",
        grade=5.0,
        rows=4,
    ),
    Told(
        "acme-feedback.csv",
        _text(
            """
Submitted,Category,How was it?,Tell us more
03/04/2026,Bug,Poor,The export button does nothing at all
03/05/2026,Praise,Excellent,Everything just works and looks great
03/06/2026,Bug,Fair,Notifications come an hour late
03/07/2026,Idea,Good,Please add folders for my notes
03/08/2026,Praise,Very good,Sync is fast on all my devices
03/09/2026,Bug,Poor,I was charged twice this month
"""
        ),
        {"created_at": "Submitted", "text": "Tell us more", "rating": "How was it?"},
        {
            "id": "row",
            "time_format": "%m/%d/%Y",
            "kind": "review",
            "values": {"rating": {"Poor": 1, "Excellent": 5, "Fair": 2, "Good": 3, "Very good": 4}},
        },
        doubt="columns.rating",
        first="2026-03-03T23:00:00",
        grade=1.0,
    ),
]
