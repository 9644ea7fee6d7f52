"""Order numbers that can be read aloud over the phone. Pure but for the dice."""

import secrets

# No vowels (no words by accident), nothing that looks or sounds like something else.
ALPHABET = "3479CFHJKMRTWX"
BLOCKS = (4, 4)


def new_number() -> str:
    """Like K7MC-4WRX: about 1.5 thousand million of them, in no order, so that nobody counts our sales."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(length)) for length in BLOCKS)


def tidy(typed: str) -> str:
    """A number as somebody typed it, in the form in which it is kept."""
    letters = "".join(char for char in typed.upper() if char.isalnum())
    return f"{letters[:4]}-{letters[4:]}" if len(letters) == sum(BLOCKS) else typed.strip()
