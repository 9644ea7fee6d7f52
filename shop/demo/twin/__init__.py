"""The Stripe twin, room by room. It is another company's server: nothing here knows the shop.

`books` keeps, `shapes` says what objects look like, `till` moves the money, `webhooks` tells of it. `params`, `desk`
and `api` answer /v1, `pay_page` is what the shopper sees. `faults` gets in the way, `control` lets other processes ask.
"""
