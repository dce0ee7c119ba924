"""The reasoner that asks a language model the loop's questions."""
