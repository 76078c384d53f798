"""How sure an answer is: what speaks for it, and what that meant where the truth was known."""
