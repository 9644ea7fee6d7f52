"""Tasks: plain functions of a few lines that call a service. They take ids, and running twice does no harm."""
