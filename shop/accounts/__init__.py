"""Who is who: staff and their sessions, customers, and what people have consented to."""
