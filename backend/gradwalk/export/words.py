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
        "report": "What happened, step by step",
        "code": "Code and output",
        "pictures": "The graph",
        "whole": "The graph at the end of the run.",
        "pass": "The graph after backward pass {number} (step {step}).",
        "passes": "There were {count} backward passes; {left} of them are not pictured.",
        "steps": "Step by step",
        "in_cell": "Cell {number}",
        "gradients": "Gradients",
        "no_gradients": "No leaf got a gradient.",
        "pass_column": "backward pass",
        "what": "what happened",
        "value": "value",
        "contribution": "comes through {code}",
        "accumulate": "added: now",
        "zero": "set to zero",
        "none": "None again",
        "set": "written",
        "colours": "Blue is the way of a value that a gradient can go back along, orange a gradient; where none flows, "
        "lines are grey and dashed.",
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
        "report": "一步一步看发生了什么",
        "code": "代码与输出",
        "pictures": "计算图",
        "whole": "运行结束时的计算图。",
        "pass": "第 {number} 次反向传播之后的计算图（第 {step} 步）。",
        "passes": "共有 {count} 次反向传播，其中 {left} 次没有画出。",
        "steps": "逐步说明",
        "in_cell": "单元格 {number}",
        "gradients": "梯度",
        "no_gradients": "没有叶子张量得到梯度。",
        "pass_column": "反向传播",
        "what": "发生了什么",
        "value": "值",
        "contribution": "经由 {code} 传来",
        "accumulate": "累加后为",
        "zero": "清零",
        "none": "变回 None",
        "set": "被改写",
        "colours": "蓝色是梯度可以沿其传回的数值之路，橙色是梯度；没有梯度流过之处，线是灰色虚线。",
    },
}


def word(language: Language, key: str, **holes: object) -> str:
    """A word or phrase, with what goes into its holes."""
    return WORDS[language][key].format(**holes)


def count_of_nodes(language: Language, count: int) -> str:
    """``1 node``, ``12 nodes``."""
    return word(language, "node") if count == 1 else word(language, "nodes", count=count)
