"""Asks a language model, at any OpenAI-compatible endpoint, questions whose answers are typed values (see ``asking``)."""
