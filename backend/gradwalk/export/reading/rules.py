"""Why a VJP gives what it gives, where that is no arithmetic: by the helper that its formula is made of."""

from __future__ import annotations

import re

_HELPERS = {
    "ruleSum": "expand sum_backward",
    "ruleMoved": "reshape transpose inverse_permute squeeze unsqueeze_to flip rolled_back",
    "ruleTaken": "into_select into_slice into_strided index_backward select_along_backward gather_backward"
    " take_backward choose_backward diagonal_backward selecting_backward embedding_backward nll_loss_backward"
    " max_pool2d_with_indices_backward tril triu",
    "ruleParts": "unbound split_sizes",
    "ruleJoined": "stacked joined",
    "summed": "sum_to_size repeat_backward",
    "ruleFlat": "0",
}

_RULES = {helper: key for key, helpers in _HELPERS.items() for helper in helpers.split()}
_ONE_CALL = re.compile(r"(0|\w+(?=\(.*\)))(\(.*\))?")


def rule_of(text: str) -> str | None:
    """The rule of a formula that is one call of a helper, or nothing but 0: the key of a sentence."""
    found = _ONE_CALL.fullmatch(text)
    return None if found is None else _RULES.get(found[1])
