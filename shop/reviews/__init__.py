"""What people think of the goods: their reviews, and the ratings that follow from them."""
