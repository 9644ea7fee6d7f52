"""What was taken, hour by hour, kept so that nobody adds up orders to show a page."""
