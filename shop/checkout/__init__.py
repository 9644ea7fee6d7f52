"""From a cart to an order to Stripe's page and back."""
