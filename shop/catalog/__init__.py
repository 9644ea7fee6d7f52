"""The goods: categories, products, variants, prices, stock, pictures."""
