"""What a call costs: an operator's own prices first, then the list prices that ship with genai-prices. Nothing goes online."""

from __future__ import annotations

from decimal import Decimal

from sre_core.gateway.endpoint import ModelEndpoint, ModelPrice

_MILLION = Decimal(1_000_000)


def money_for(
    endpoint: ModelEndpoint, model: str, tokens_in: int | None, tokens_out: int | None, tokens_cached: int | None
) -> Decimal | None:
    """US dollars; None when the price or the number of tokens is not known. An endpoint of one's own is in no list."""
    if tokens_in is None or tokens_out is None:
        return None
    if own := endpoint.prices.get(model):
        return _at(own, tokens_in, tokens_out, tokens_cached or 0)
    return list_price(endpoint.base_url, model, tokens_in, tokens_out, tokens_cached)


def _at(price: ModelPrice, tokens_in: int, tokens_out: int, cached: int) -> Decimal:
    for_cached = price.tokens_in if price.tokens_cached is None else price.tokens_cached
    fresh = max(0, tokens_in - cached)
    return (price.tokens_in * fresh + for_cached * cached + price.tokens_out * tokens_out) / _MILLION


def list_price(address: str, model: str, tokens_in: int, tokens_out: int, cached: int | None) -> Decimal | None:
    """US dollars by the list that ships with genai-prices; None when it does not know the endpoint or the model."""
    from genai_prices import Usage, calc_price

    usage = Usage(input_tokens=tokens_in, output_tokens=tokens_out, cache_read_tokens=min(cached or 0, tokens_in))
    try:
        return calc_price(usage, model_ref=model, provider_api_url=address).total_price
    except LookupError:
        return None
