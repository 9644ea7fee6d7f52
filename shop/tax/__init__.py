"""Tax rates by country, region, class and date."""
