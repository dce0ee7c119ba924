"""How many tokens a text will be, guessed from its characters and corrected by what endpoints count."""

from __future__ import annotations

import math

FIRST_GUESS = 3.2
"""Characters a token: logs, code and JSON have fewer than prose."""

RESERVE = 0.12
"""Share of the context that is left free, because guesses are guesses."""

_WEIGHT = 0.2
_FEWEST, _MOST = 1.0, 8.0
_SHORTEST = 200


class Estimates:
    """Characters per token by model, as a moving average."""

    def __init__(self) -> None:
        self._by_model: dict[str, float] = {}

    def characters_per_token(self, model: str) -> float:
        """What is believed now."""
        return self._by_model.get(model, FIRST_GUESS)

    def tokens(self, characters: int, model: str) -> int:
        """How many tokens so many characters are likely to be."""
        return math.ceil(characters / self.characters_per_token(model))

    def characters(self, tokens: int, model: str) -> int:
        """How many characters fit in so many tokens, the reserve left free."""
        return max(0, int(tokens * (1 - RESERVE) * self.characters_per_token(model)))

    def learn(self, model: str, characters: int, tokens: int | None) -> None:
        """An endpoint counted this many tokens in a prompt of so many characters. Short prompts are mostly overhead."""
        if not tokens or characters < _SHORTEST:
            return
        seen = min(max(characters / tokens, _FEWEST), _MOST)
        before = self._by_model.get(model)
        self._by_model[model] = seen if before is None else before + _WEIGHT * (seen - before)
