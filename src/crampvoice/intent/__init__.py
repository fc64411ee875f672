"""From words to meaning: one normal form of text, the trained models over it, and the rules for danger signs."""
