"""Which amounts Stripe takes, and how it writes them."""

from decimal import ROUND_HALF_UP, Decimal

from shop.demo.twin.errors import ApiError


def codes(words: str) -> frozenset[str]:
    return frozenset(words.split())


CURRENCIES = codes(
    "aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp "
    "cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr "
    "isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn "
    "myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle "
    "sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw"
)
NO_DECIMALS = codes("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf")
THREE_DECIMALS = codes("bhd jod kwd omr tnd")
LEAST = {
    **dict.fromkeys(codes("usd aud brl cad chf eur inr nzd sgd"), 50),
    **dict.fromkeys(codes("aed myr pln ron"), 200),
    **{"gbp": 30, "bgn": 100, "dkk": 250, "nok": 300, "sek": 300, "hkd": 400, "jpy": 50},
    **{"czk": 1500, "mxn": 1000, "thb": 1000, "huf": 17500},
}
MOST = 99_999_999
FEE_RATE, FEE_EACH = Decimal("0.015"), 20  # of a charge, and for it, in its smallest unit
DISPUTE_FEE = 2000
SIGNS = {"gbp": "£", "eur": "€", "usd": "$", "jpy": "¥"}


def written(amount: int, currency: str) -> str:
    places = 0 if currency in NO_DECIMALS else 3 if currency in THREE_DECIMALS else 2
    number = f"{amount // 10**places:,}" + (f".{amount % 10**places:0{places}}" if places else "")
    return SIGNS[currency] + number if currency in SIGNS else f"{number} {currency.upper()}"


def fee_of(amount: int) -> int:
    """What Stripe keeps of a charge."""
    return int((amount * FEE_RATE).quantize(Decimal(1), ROUND_HALF_UP)) + FEE_EACH


def check_total(total: int, currencies: set[str]) -> None:
    """Refuses what a Checkout Session cannot charge; a total of nothing is fine, nothing is charged then."""
    currency = min(currencies)
    if len(currencies) > 1:
        raise ApiError("All line items must have the same currency.", param="line_items")
    if total > MOST:
        message = f"The Checkout Session's total amount must be no more than {written(MOST, currency)}"
        raise ApiError(message, code="amount_too_large")
    if currency in THREE_DECIMALS and total % 10:
        raise ApiError(f"Amounts in {currency} must be evenly divisible by 10.")
    least = LEAST.get(currency, 1)
    if 0 < total < least:
        message = f"The Checkout Session's total amount due must add up to at least {written(least, currency)}"
        raise ApiError(message, code="amount_too_small")
