"""Which runs of digits are a card, an account or a telephone: check digits where there are any, else shape."""

from __future__ import annotations

import re

#: ISO 13616: length of an account number by country.
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "BR": 29, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18,
    "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26,
    "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25,
    "RO": 24, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29,
}  # fmt: skip
#: What stands before a number that is nobody's telephone.
_OTHER = re.compile(
    r"(?:#|[$€£¥₹]|(?:\b(?:order|ticket|case|ref(?:erence)?|id|build|version|serial|sku|isbn|tracking|invoice|commande|"
    r"facture|\w*bestell(?:ung|nummer|nr)|auftrag(?:s?nummer|snr)?|rechnung(?:snummer|snr)?|sendungsnummer|artikelnummer|"
    r"pedido|factura|ordine|fattura|encomenda|zam[oó]wieni[ea]|zak[aá]zka|sipariş|заказ\w*)\b|订单号?|注文番号|주문번호)"
    r"(?: ?(?:no\.?|nr\.?|nº|n°|č\.?|number|id|is))?[ .:#]*)$",
    re.IGNORECASE,
)
#: What stands before one that is, whatever its shape.
_TELEPHONE = re.compile(
    r"(?:(?:\b(?:tel|telefon\w*|tele?fono|téléphone|phone(?: number)?|mobile|mobil|handy(?:nummer)?|cell|celular|cel|"
    r"móvil|cellulare|portable|whats ?app|zap|call(?: me)?(?: (?:at|on))?|text me(?: at| on)?|ring(?: m[ei]g)?(?: på)?|"
    r"тел\w*|номер телефона|τηλ\w*|"
    r"(?:my|mein\w*|mon|mi|meu|mio|mit|mitt|mijn|mój|мой) (?:number|nummer|num[ée]ro|número|numer|номер))\b|"
    r"电话|電話番?号?|手机号?码?|전화(?:번호)?|هاتفي|تلفون)"
    r"(?: ?(?:no\.?|nr\.?|number|is|ist|es|est|è|é|er))?[ .:]*)$",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?<!\d)(?:\d{1,2}([./ -])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([./ -])\d{1,2}\2\d{1,2})(?!\d)")
_DECIMAL = re.compile(r"\d+[.]\d+|\d{1,3}(?:([. ])000)+|\d{1,3}(?:\.\d{3})+")
#: Ways in which countries write numbers without their prefix.
_NATIONAL = re.compile(
    r"""
      1?[ .-]?(?:\([2-9]\d\d\)[ .-]{0,2}|[2-9]\d\d[ .-]{1,2})\d{3}[ .-]\d{4}   # US: (415) 555-0132; Italy: 347 123 4567
    | \(?0[ ]?\(?\d{1,4}\)?(?:[ ./-]{0,3}\d){5,10}     # a trunk 0: Germany, France, UK, Italy, India, Turkey, Japan
    | 8[ -]?\(?\d{3}\)?[ -]?\d{3}[ -]?\d\d[ -]?\d\d                 # Russia's trunk 8
    | [4-9]\d\d(?:[ .-]\d{3}){2} | [6-9]\d\d(?:[ .-]\d\d){3}      # Spain, Poland
    | \(?\d\d\)?[ -]\d{3}[ -]\d\d[ -]\d\d                          # Poland's landlines
    | 3\d\d[ .-]?\d{6,7} | 3\d\d(?:[ .-]\d\d){2}[ .-]\d{3}          # Italy's mobiles
    | \(\d\d\)[ .-]?9?[ .-]?\d{4}[ .-]?\d{4} | \d\d[ .-]9\d{4}[ .-]?\d{4}    # Brazil
    | [6-9]\d{4}[ .-]?\d{5} | [6-9]\d{3}[ -]\d{3}[ -]\d{3}         # India's mobiles
    | 1[3-9]\d[ -]?\d{4}[ -]?\d{4}                              # China's mobiles
    | \d\d[ -](?:15[ -])?\d{4}[ -]\d{4}                          # Mexico, Argentina
    | 44[ -]?7\d{3}[ -]?\d{6}                                    # the UK's mobiles, without the plus
    | 1[38]00[ -]\d{3}[ -]\d{3}                                  # Australia's service numbers
    """,
    re.VERBOSE,
)

#: Sweden's landlines and Norway's mobiles have eight digits.
_SHORT = re.compile(r"0\d{1,3}[-/] ?\d{2,3} \d\d \d\d|[49]\d\d \d\d \d{3}")


def is_card(digits: str) -> bool:
    """Whether digits (13 to 19) are a payment card's: an issuer's first digits, and Luhn's sum."""
    if not 13 <= len(digits) <= 19 or not re.match(r"3[0-9]|4|5|6|2[2-7]", digits):
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and len(set(digits)) > 1


def iban_end(said: str) -> int:
    """Where an IBAN that begins ``said`` ends (spaces may group it), or 0: its country's length, ISO 7064's check."""
    length = _IBAN_LENGTHS.get(said[:2].upper())
    if length is None:
        return 0
    taken = ""
    for end, character in enumerate(said, 1):
        if character.isascii() and character.isalnum():
            taken += character.upper()
        elif character not in " -":
            return 0
        if len(taken) == length:
            number = "".join(str(int(each, 36)) for each in taken[4:] + taken[:4])
            return end if int(number) % 97 == 1 else 0
    return 0


def is_phone(said: str, before: str) -> bool:
    """Whether a run of digits and separators is a telephone's; ``before``: the words in front of it."""
    digits = sum(each.isdigit() for each in said)
    if not 7 <= digits <= 15 or _DATE.search(said) or _OTHER.search(before):
        return False
    if _TELEPHONE.search(before):
        return True
    if _DECIMAL.fullmatch(said):
        return False
    if said.startswith("+") or (said.startswith("00") and digits >= 11):
        return digits >= 8
    if _SHORT.fullmatch(said):
        return True
    return digits >= 9 and _NATIONAL.fullmatch(said) is not None and len(set(said) & set("0123456789")) > 1
