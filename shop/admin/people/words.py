"""What the audit log calls tables and columns."""

from __future__ import annotations

from shop.core.i18n import _l

ACTIONS = {"created": (_l("Added"), "ok"), "changed": (_l("Changed"), "info"), "deleted": (_l("Deleted"), "bad")}

THINGS = {
    "products": _l("Product"),
    "variants": _l("Variant"),
    "digital_files": _l("File to download"),
    "prices": _l("Price"),
    "price_changes": _l("Change of many prices"),
    "changed_prices": _l("Price in a change of many"),
    "pictures": _l("Picture"),
    "assets": _l("Picture file"),
    "options": _l("Option"),
    "option_values": _l("Value of an option"),
    "variant_choices": _l("Choice of a variant"),
    "product_attributes": _l("Attribute of a product"),
    "related_products": _l("Related product"),
    "stock_movements": _l("Stock movement"),
    "categories": _l("Category"),
    "collections": _l("Collection"),
    "collection_products": _l("Product of a collection"),
    "attributes": _l("Attribute"),
    "attribute_values": _l("Value of an attribute"),
    "reviews": _l("Review"),
    "search_synonyms": _l("Synonym"),
    "orders": _l("Order"),
    "order_lines": _l("Line of an order"),
    "order_addresses": _l("Address of an order"),
    "order_events": _l("Event of an order"),
    "order_adjustments": _l("Adjustment of an order"),
    "saved_views": _l("View of a list"),
    "shipments": _l("Parcel"),
    "shipment_lines": _l("Line of a parcel"),
    "returns": _l("Return"),
    "return_lines": _l("Line of a return"),
    "payments": _l("Payment"),
    "webhook_events": _l("Webhook"),
    "disputes": _l("Dispute"),
    "refunds": _l("Refund"),
    "refund_parts": _l("Part of a refund"),
    "documents": _l("Document"),
    "download_grants": _l("Right to download"),
    "mails": _l("Mail"),
    "outbox_deliveries": _l("Delivery in the engine room"),
    "customers": _l("Customer"),
    "buyer_notes": _l("Note about a customer"),
    "consents": _l("Consent"),
    "entries": _l("Text"),
    "menu_items": _l("Menu entry"),
    "jobs": _l("Job"),
    "store_settings": _l("Setting"),
    "tax_rates": _l("Tax rate"),
    "delivery_zones": _l("Delivery zone"),
    "delivery_zone_countries": _l("Country of a delivery zone"),
    "delivery_methods": _l("Delivery method"),
    "delivery_rates": _l("Delivery rate"),
    "staff": _l("Staff member"),
    "staff_sessions": _l("Sign-in"),
    "staff_invitations": _l("Invitation"),
}

FIELDS = {
    "on_hand": _l("on the shelf"),
    "compare_at_minor": _l("price before"),
    "amount_minor": _l("amount"),
    "published_at": _l("published"),
    "disabled_at": _l("disabled"),
    "revoked_at": _l("signed out"),
    "ended_at": _l("ended"),
    "expires_at": _l("ends"),
    "totp_since": _l("second factor since"),
    "used_at": _l("used"),
    "by": _l("by"),
}


def field(name: str) -> str:
    return str(
        FIELDS.get(name) or name.removesuffix("_minor").removesuffix("_at").removesuffix("_id").replace("_", " ")
    )
