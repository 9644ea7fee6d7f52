"""What runs behind the counter: work, mails, what Stripe tells, deliveries, the books, backups."""
