"""Sentences of reviews in many scripts, to be put together: what a table says, and which encodings can write it."""

from __future__ import annotations

#: By language: sentences without a delimiter's trap; ``TRICKY`` has those.
SENTENCES: dict[str, tuple[str, ...]] = {
    "en": (
        "The app crashes when I open a photo.", "Love the new dark mode!", "It isn't worth the money",
        "Support answered within an hour", "Sync is slow since the last update", "Works great on my tablet.",
        "Please add an export to CSV", "I lost all of my notes", "Five years without a problem", "Too many adverts",
    ),
    "de": (
        "Größe für 5 Euro völlig überzogen", "Läuft auf älteren Geräten nicht mehr.", "Schöne Oberfläche, gefällt mir",
        "Die Lösung des Fehlers hat drei Wochen gedauert", "Außer Spesen nichts gewesen!", "Übersichtlich und nützlich",
        "Könnte günstiger sein", "Stürzt ständig ab",
    ),
    "fr": (
        "Très déçu, ça ne marche pas à l'école", "Mise à jour ratée, où est passé l'historique?", "C'est génial",
        "Le prix a doublé en été", "Réponse rapide du service client", "J'espère que ça sera réparé bientôt",
        "Même après la réinstallation, rien", "Problème réglé grâce à l'équipe",
    ),
    "es": (
        "No funciona desde la última actualización", "¡Qué aplicación más útil!", "Está mejor que el año pasado",
        "¿Cuándo arreglarán la sincronización?", "Muy rápida y fácil", "El diseño me gustó más que la otra versión",
    ),
    "pt": (
        "Não consigo entrar na minha conta", "A atualização ficou ótima", "Péssimo serviço, três dias sem solução",
        "Gosto da opção de exportação", "É bom, mas falta uma função", "Você não vai se arrepender",
    ),
    "pl": (
        "Aplikacja ciągle się zawiesza, proszę naprawić błąd", "Świetna aplikacja, gorąco polecam wszystkim",
        "Nie mogę się zalogować od wczoraj, co się dzieje", "Obsługa odpowiedziała bardzo szybko, dziękuję",
        "Zbyt dużo reklam, ale działa całkiem nieźle", "Łatwa w obsłudze, żona też już jej używa",
    ),
    "cs": (
        "Aplikace stále padá, prosím opravte chybu", "Skvělá aplikace, všem ji doporučuji",
        "Nemůžu se přihlásit ke svému účtu", "Podpora odpověděla velmi rychle, děkuji",
        "Příliš mnoho reklam, ale funguje dobře", "Žádné problémy ani po třech měsících používání",
    ),
    "hu": (
        "Az alkalmazás folyamatosan összeomlik, kérem javítsák ki", "Nagyon jó, mindenkinek csak ajánlani tudom",
        "Nem tudok belépni a fiókomba tegnap óta", "Túl sok a hirdetés, de egyébként működik",
        "Az ügyfélszolgálat gyorsan válaszolt, köszönöm szépen", "Erősen lassú lett az új frissítés után, bővítsék",
    ),
    "tr": (
        "Uygulama sürekli çöküyor, lütfen düzeltin", "Çok güzel bir uygulama, herkese öneririm",
        "Hesabıma giriş yapamıyorum, şifre değişmiyor", "Müşteri hizmetleri çok hızlı cevap verdi, teşekkürler",
        "Reklamlar çok fazla ama iş görüyor", "Güncellemeden sonra açılmıyor, yardımcı olun",
    ),
    "ru": (
        "Приложение постоянно вылетает, пользоваться невозможно", "Отличная программа, всем советую",
        "После обновления не могу войти в свой аккаунт", "Поддержка ответила очень быстро, спасибо",
        "Слишком много рекламы, но в целом работает", "Верните старую версию, новая ужасно неудобная",
    ),
    "el": (
        "Η εφαρμογή κολλάει συνέχεια, παρακαλώ διορθώστε το", "Εξαιρετική εφαρμογή, τη συνιστώ σε όλους",
        "Δεν μπορώ να συνδεθώ στον λογαριασμό μου", "Η υποστήριξη απάντησε πολύ γρήγορα, ευχαριστώ",
        "Πάρα πολλές διαφημίσεις, αλλά δουλεύει καλά", "Μετά την ενημέρωση έγινε πολύ αργή",
    ),
    "he": (
        "האפליקציה קורסת כל הזמן ואי אפשר להשתמש בה", "אפליקציה מצוינת, ממליץ לכולם", "אני לא מצליח להתחבר לחשבון שלי",
        "התמיכה ענתה מהר מאוד, תודה רבה", "יותר מדי פרסומות אבל עובד טוב", "אחרי העדכון האחרון הכול נהיה איטי",
    ),
    "ar": (
        "التطبيق يتوقف باستمرار ولا يمكن استخدامه", "تطبيق رائع أنصح به الجميع", "لا أستطيع الدخول إلى حسابي منذ أمس",
        "رد فريق الدعم بسرعة كبيرة شكرا لكم", "الإعلانات كثيرة جدا لكنه يعمل جيدا", "بعد التحديث الأخير أصبح بطيئا",
    ),
    "ja": (
        "アプリがすぐ落ちるので使えません。", "とても便利なアプリで毎日使っています。", "昨日からログインできなくなりました。",
        "サポートの返事がとても早かったです。", "広告が多すぎますが、動作は快適です。", "更新してから動きが遅くなりました。",
    ),
    "zh": (
        "这个应用程序总是崩溃，完全无法使用。", "非常好用的软件，推荐给大家。", "从昨天开始就登录不了我的账号。",
        "客服回复得很快，谢谢你们。", "广告太多了，但是功能还不错。", "更新以后变得非常慢，希望尽快修复。",
    ),
    "zh_tw": (
        "這個應用程式總是當機，完全無法使用。", "非常好用的軟體，推薦給大家。", "從昨天開始就登入不了我的帳號。",
        "客服回覆得很快，謝謝你們。", "廣告太多了，但是功能還不錯。", "更新以後變得非常慢，希望儘快修復。",
    ),
    "ko": (
        "앱이 계속 종료되어서 사용할 수가 없습니다.", "정말 좋은 앱이라 모두에게 추천합니다.", "어제부터 로그인이 되지 않습니다.",
        "고객센터 답변이 아주 빨라서 감사합니다.", "광고가 너무 많지만 그래도 잘 작동합니다.", "업데이트 후에 너무 느려졌어요.",
    ),
    "th": (
        "แอปเด้งออกตลอดเวลาใช้งานไม่ได้เลย", "แอปดีมากแนะนำให้ทุกคนใช้", "เข้าสู่ระบบไม่ได้ตั้งแต่เมื่อวาน",
        "ฝ่ายบริการตอบกลับเร็วมากขอบคุณครับ", "โฆษณาเยอะเกินไปแต่ก็ใช้ได้ดี", "หลังอัปเดตแล้วช้าลงมาก",
    ),
    "hi": (
        "ऐप बार-बार बंद हो जाता है", "बहुत अच्छा ऐप है, सबको सलाह दूँगा", "कल से लॉग इन नहीं हो रहा है",
        "सहायता टीम ने बहुत जल्दी उत्तर दिया", "विज्ञापन बहुत ज़्यादा हैं",
    ),
    "emoji": ("Love it 😍😍", "👍🏽 great", "🔥🔥🔥 best app ever", "Why?? 😡", "works 👨‍👩‍👧 for all of us", "🇩🇪 please!"),
}  # fmt: skip
#: What a careless writer or reader of tables trips over.
TRICKY = (
    'The "new" design', "fast, cheap; and good", "line one\nline two", "a | b\tc", 'He said: "no", twice', "5\" screen",
    "100% sure, 3/5 = ok", "it's = 1+1", "ends with a quote\"", '"Quoted whole"', "#1 app", "semi;colon; everywhere",
)  # fmt: skip
SCRIPTS = frozenset(SENTENCES)
#: Languages in letters of ASCII and Latin-1.
WEST = frozenset({"en", "de", "fr", "es", "pt"})
