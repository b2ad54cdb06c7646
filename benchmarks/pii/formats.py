# ruff: noqa: E501 - tables of examples
"""Personal data in 400 texts of sixteen countries, after published formats, written apart from the rules.

Examples of numbering plans (as libphonenumber has them), test numbers of card networks, the examples of IBAN's registry.
When it was first run, before any rule was mended on it: recall 0.856, precision 1 (222 of 400 texts held something).

    python -m benchmarks.pii.formats --json
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter

from benchmarks.pii.measure import account, digits, masked

#: By country: telephones as they are written there (# is a digit, ~ one of 2..9), what is said around them, an account.
COUNTRIES: dict[str, tuple[list[str], list[str], str]] = {
    "US": (["+1201555####", "(201) 555-####", "201.555.####", "1-800-555-####", "+1 (~01) 555 ####"],
           ["Reach me at {} any time, the widget is broken.", "Support hung up on {} twice"], ""),
    "GB": (["07400 ######", "+44 7400 ######", "0121 234 ####", "+44 (0)20 7946 ####", "01632 960###"],
           ["My landline {} never got the code.", "tried to verify {} and nothing"], "NWBK" + "#" * 14),
    "DE": (["01512 #######", "+49 (0)151 #######", "030 123####", "089/12 34 ## ##", "0049-30-12345##", "0171-23 45 6##"],
           ["Bitte melden Sie sich unter {}, danke.", "Der Code ging an {} statt an mich"], "#" * 18),
    "FR": (["06 12 ## ## ##", "+33 (0)6 12 ## ## ##", "01.23.##.##.##", "+33612######", "06-12-##-##-##"],
           ["Contactez-moi au {} svp, application nulle.", "impossible de valider le {}"], "#" * 23),
    "ES": (["612 34 ## ##", "+34 612 34 ## ##", "912 345 ###", "612-34-##-##", "+34-612-345-###"],
           ["Mi número {} no lo acepta.", "llamadme al {} por favor, no carga"], "#" * 20),
    "IT": (["312 345 ####", "+39 312 345 ####", "02 1234 ####", "06/1234####", "312.34.56.###"],
           ["Richiamatemi allo {} grazie", "non accetta il {} dal mese scorso"], "X" + "#" * 22),
    "BR": (["(11) 96123-####", "+55 (11) 96123-####", "11 96123 ####", "(11) 2345-####", "011 96123-####"],
           ["Meu zap é {}, respondam!", "não chega o código no {}"], "#" * 23 + "P1"),
    "IN": (["081234 #####", "+91 81234 #####", "8123 456 ###", "+91-81234-#####", "0744 123 ####"],
           ["Kindly revert on {} as early as possible", "OTP not coming to {}"], ""),
    "NL": (["06 12345###", "+31 6 12345###", "010 123 ####", "06-12 34 5# ##", "020-123####"],
           ["Bel mij even op {} over de storing", "mijn nummer {} werkt niet"], "ABNA" + "#" * 10),
    "PL": (["512 345 ###", "+48 512 345 ###", "12 345 ## ##", "(22) 345 ## ##", "512-345-###"],
           ["Proszę o kontakt {} w sprawie zwrotu", "kod nie przyszedł na {}"], "#" * 24),
    "TR": (["0501 234 ## ##", "+90 501 234 ## ##", "(0212) 345 ####", "0 501 234 ## ##", "+90 (212) 345 ## ##"],
           ["Beni {} numarasından arayın lütfen", "kod {} telefonuma gelmiyor"], "#" * 22),
    "SE": (["070-123 ## ##", "+46 70 123 ## ##", "08-12 34 ##", "0701-23 ## ##", "+46 (0)8 12 34 ##"],
           ["Ring mig på {} tack", "appen hittar inte {}"], "#" * 20),
    "AU": (["0412 345 ###", "+61 412 345 ###", "(02) 1234 ####", "1300 975 ###", "+61 2 1234 ####"],
           ["Give me a bell on {}, cheers", "keeps texting {} which isnt even mine"], ""),
    "JP": (["090-1234-####", "+81 90-1234-####", "03-1234-####", "０９０－１２３４－####", "0120-000-###"],
           ["{} に電話してください", "認証コードが {} に届かない"], ""),
    "RU": (["8 (912) 345-##-##", "+7 912 345-##-##", "8-912-345-##-##", "+7 (495) 123-##-##", "8 912 345 ## ##"],
           ["Перезвоните мне на {}, пожалуйста", "код не приходит на {}"], ""),
    "SA": (["051 234 ####", "+966 51 234 ####", "٠٥١٢٣٤####", "+٩٦٦ ٥١ ٢٣٤ ####", "011 234 ####"],
           ["اتصلوا بي على {} من فضلكم", "الرمز لا يصل إلى {}"], "#" * 20),
}  # fmt: skip
CARDS = [
    *("4242 4242 4242 4242", "5555555555554444", "3782 822463 10005", "6011111111111117", "3056 9309 0259 04"),
    *("3566 0020 2036 0505", "6200000000000005", "2223003122003222", "4000-0566-5566-5556", "5105105105105100"),
    *("४२४२ ४२४२ ४२४२ ४२४२", "４２４２４２４２４２４２４２４２"),
]
ACCOUNTS = ["NL91 ABNA 0417 1643 00", "PL61 1090 1014 0000 0712 1981 2874", "TR33 0006 1005 1978 6457 8413 26",
            "SE45 5000 0000 0583 9825 7466", "CH93 0076 2011 6238 5295 7", "GB29 NWBK 6016 1331 9268 19",
            "ES91 2100 0418 4502 0005 1332", "IT60X0542811101000000123456", "BE68 5390 0754 7034", "SA03 8000 0000 6080 1016 7519"]  # fmt: skip
MAILS = ["j.doe+shop@mail.example.com", "anna_k@firma.example", "o'neil@post.example.ie", "用户@例子.example", "ivan@пример.example",
         "MAX.MUSTERMANN@EXAMPLE.DE", "x at y (at) example.org", "info{at}example.com", "joe(at)example(dot)com"]  # fmt: skip
LINKS = ["https://pay.example/i/9f8a7b6c5d4e3f2a1b0c", "http://app.example/reset-password?t=8c7b6a5d4e", "www.example.com/u/jane.doe",
         "https://example.com/verify/eyJhbGciOiJIUzI1NiJ9", "https://example.com/?session_id=81f2a"]  # fmt: skip
NAMES = [("My name is {}", "Siobhán Ní Bhriain"), ("Mein Name ist {}", "Jörg-Peter Müller"), ("Je m’appelle {}", "Anaïs"),
         ("Mijn naam is {}", "Pieter van den Berg"), ("Nazywam się {}", "Łukasz Żak"), ("Benim adım {}", "Çağla Öztürk"),
         ("Меня зовут {}", "Алёна"), ("Jag heter {}", "Åsa Ström"), ("Mi nombre es {}", "María-José"), ("my names {}", "Dave Brown")]  # fmt: skip
HARMLESS = [
    "Bestellnr. 48392018##", "Bestellnummer: 90210####", "commande n° 20230415##", "pedido 70155478##", "Zamówienie nr 1234567##",
    "tracking 1Z999AA101234567##", "costs 1.299.000 IDR", "it is 12.499,00 €", "ab 1 299 000 zł", "100 000 000 рублей", "₹1,49,99,###",
    "since 2019-2023", "from 03.04.2021 to 05.06.2022", "on 2024-03-04 10:11:12", "open 10:30-18:45", "in 2019/2020",
    "ISBN 978-3-16-1484##-0", "build 20240131.15##", "v1.23.456.78##", "Android 14 (UP1A.231005.007)", "error -21470248##",
    "error code 0x800700##", "at 1920x1080 and 2560x1440", "score 12,345,6##", "lat 48.137154, 11.5761##", "level 99999##",
    "IP 192.168.0.2##", "3.141592653", "has 1 234 567 downloads", "10000000 coins", "room 12345##", "ticket 2024-0012##", "case #00123456##",
    "timestamp 17095464##", "invoice INV-2024-00012##", "24/7 and 365 days", "10/10 5/5 100%", "2+2=4 and 1-2-3-4-5-6-7", "UTC+01:00",
    "my name is nowhere to be found", "ich heiße das nicht gut", "@acme_support please", "https://acme.example/blog/2024/03/04/update",
    "https://play.example/store/apps/details?id=com.acme.app", "seit Version 120.0.6099.2##", "１２３４ 回", "٢٠٢٤/٠٣/٠٤",
]  # fmt: skip
PLAIN = ["{} and it is still slow", "Why {}? Not good.", "Nice app, {}", "{} ... sigh"]


def secret(rng: random.Random, country: str) -> tuple[str, str, str]:
    """A kind, a text that holds one secret, and the part that must not stay."""
    phones, around, iban = COUNTRIES[country]
    kind = rng.choices(["phone", "card", "account", "email", "link", "name"], [8, 2, 2, 2, 2, 2])[0]
    if kind == "name":
        phrase, name = rng.choice(NAMES)
        return kind, f"{phrase.format(name)}. " + rng.choice(PLAIN).format("it hangs"), name
    if kind == "phone":
        said = digits(rng, rng.choice(phones))
    elif kind == "account":
        said = account(rng, country, iban) if iban and rng.random() < 0.5 else rng.choice(ACCOUNTS)
    else:
        said = rng.choice({"card": CARDS, "email": MAILS, "link": LINKS}[kind])
    part = said.split("/", 3)[-1] if kind == "link" else said
    return kind, rng.choice(around if kind == "phone" else PLAIN).format(said), part


def measured(seed: int, texts: int) -> dict[str, object]:
    """Shares masked (recall) and right (precision), and what was missed and touched."""
    rng = random.Random(seed)
    rows = []
    for number in range(texts):
        country = list(COUNTRIES)[number % len(COUNTRIES)]
        if rng.random() < 0.5:
            rows.append(secret(rng, country))
        else:
            rows.append(("", rng.choice(PLAIN).format(digits(rng, rng.choice(HARMLESS))), ""))
    shown = masked([said for _, said, _ in rows]).column("text").to_pylist()
    missed = [(kind, said) for (kind, said, part), now in zip(rows, shown, strict=True) if part and part in now]
    touched = [(said, now) for (kind, said, _), now in zip(rows, shown, strict=True) if not kind and said != now]
    personal = sum(bool(kind) for kind, _, _ in rows)
    right = personal - len(missed)
    return {
        "texts": texts, "personal": personal, "recall": right / personal, "precision": right / (right + len(touched)),
        "touched": len(touched) / (texts - personal), "missed": dict(Counter(kind for kind, _ in missed)),
        "missed_examples": sorted({said for _, said in missed}), "touched_examples": sorted(touched),
    }  # fmt: skip


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--texts", type=int, default=400)
    asked = parser.parse_args()
    print(json.dumps(measured(asked.seed, asked.texts), ensure_ascii=False, indent=None if asked.json else 2))


if __name__ == "__main__":
    main()
