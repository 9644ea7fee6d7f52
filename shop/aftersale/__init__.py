"""After the sale: the order as its shopper sees it, all that they can still do with it, and the mails about it."""
