"""The words on pictures and in reports, in each language; sentences of steps are `reading/sentences.json`'s."""

from __future__ import annotations

from gradwalk.export.look import Language

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "leaf": "leaf",
        "requires_grad": "requires_grad",
        "no_grad_fn": "no grad_fn",
        "grad": "grad",
        "iteration": "iteration {first}",
        "iterations": "iterations {first}–{last}",
        "iteration_of": "{label} · iteration {first} of {count}",
        "stretch": "steps in a row",
        "nodes": "{count} nodes",
        "node": "1 node",
        "empty": "No tensors",
    },
    "zh": {
        "leaf": "叶子",
        "requires_grad": "requires_grad",
        "no_grad_fn": "无 grad_fn",
        "grad": "梯度",
        "iteration": "第 {first} 次迭代",
        "iterations": "第 {first}–{last} 次迭代",
        "iteration_of": "{label} · 第 {first} 次迭代，共 {count} 次",
        "stretch": "连续的若干步",
        "nodes": "{count} 个节点",
        "node": "1 个节点",
        "empty": "没有张量",
    },
}


def word(language: Language, key: str, **holes: object) -> str:
    """A word or phrase, with what goes into its holes."""
    return WORDS[language][key].format(**holes)


def count_of_nodes(language: Language, count: int) -> str:
    """``1 node``, ``12 nodes``."""
    return word(language, "node") if count == 1 else word(language, "nodes", count=count)
