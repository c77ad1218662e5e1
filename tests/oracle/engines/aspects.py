"""A trace taken apart by what it says: for each aspect a list of facts, in the order in which they came to be.

Things are named by the order in which the facts speak of them (`t0`, `n3`), so that one more tensor somewhere does not
make everything after it differ.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice, product
from typing import Any

ASPECTS = (
    "ops", "operands", "params", "values", "nodes", "saved", "edges", "writes", "passes", "lines", "output", "error",
)  # fmt: skip
"""What two traces are compared by."""

MOST = 10_000
"""As many elements of a tensor are compared."""

UNSAID: dict[str, dict[str, Any]] = {"tensors": {"offset": 0, "is_leaf": False}, "edges": {"kind": "tracked"}}
"""What a frame leaves out of most rows."""

Fact = tuple[str, Sequence[Any]]
"""Words, and numbers that may differ by roundings."""


class Reading:
    """One trace read from the first event to the last."""

    def __init__(self, trace: Mapping[str, Any]) -> None:
        lists = ("ops", "tensors", "values", "nodes", "edges", "events", "spans", "scopes")
        self._trace: dict[str, Any] = {name: [] for name in lists} | dict(trace)
        listed = self._trace["values"]  # where one says the same as the one before, it names that
        self._trace["values"] = [
            row if isinstance(row["data"], list) else row | {"data": listed[row["data"]]["data"]} for row in listed
        ]
        for name, unsaid in UNSAID.items():
            self._trace[name] = [unsaid | row for row in self._trace[name]]
        self._names: dict[tuple[str, int], str] = {}
        self._counts: dict[str, int] = {}
        self._storage_values: dict[int, int] = {}
        for index, value in enumerate(self._trace["values"]):
            if value.get("storage") is not None:
                self._storage_values.setdefault(value["storage"], index)
        self._first_version = {
            row["storage"]: self._trace["values"][self._storage_values[row["storage"]]].get("version", 0)
            for row in self._trace["tensors"]
            if row.get("op") is None
        }
        """Of gradients, which no op made: PyTorch sums up in place only what Python has not seen, and whoever listens
        has seen it all."""
        self._edges: dict[int, list[Any]] = {}
        for edge in self._trace["edges"]:
            self._edges.setdefault(edge["op"], []).append(edge)
        self.facts: dict[str, list[Fact]] = {aspect: [] for aspect in ASPECTS}
        for event in self._trace["events"]:
            reader = getattr(self, f"_{event['kind']}", None)
            if reader is not None:
                reader(event)
        self._outputs()
        self._outcome()

    def _say(self, aspect: str, words: str, numbers: Sequence[Any] = ()) -> None:
        self.facts[aspect].append((words, numbers))

    def _name(self, kind: str, index: int | None) -> str:
        if index is None:
            return "-"
        key = kind, index
        if key not in self._names:
            self._names[key] = f"{kind}{self._counts.get(kind, 0)}"
            self._counts[kind] = self._counts.get(kind, 0) + 1
        return self._names[key]

    def _tensor(self, index: int) -> str:
        """A tensor, described when it is first spoken of."""
        new = ("t", index) not in self._names
        name = self._name("t", index)
        if new:
            row = self._trace["tensors"][index]
            maker = row.get("grad_fn")
            what = (row["shape"], row["strides"], row["offset"], row["dtype"], row["requires_grad"], row["is_leaf"])
            by = None if maker is None else (self._trace["nodes"][maker[0]]["name"], maker[1])
            where = "" if row.get("op") is None else f" in {self._name('s', row['storage'])}"
            self._say("ops", f"  {name}: {what}{where} by {by}")
            value = self._trace["values"][self._storage_values[row["storage"]]]
            self._say("values", f"{name} {row['shape']} {value['dtype']}", self._numbers(row, value["data"]))
        return name

    def _numbers(self, row: Mapping[str, Any], flat: Sequence[Any]) -> list[Any]:
        """A tensor's own elements; nothing of memory that nobody has written: it holds whatever was there."""
        made = row.get("op")
        if made is not None and self._trace["ops"][made]["name"] in ("empty", "Parameter"):
            return []
        # A view may be expanded to any size.
        indices = product(*(range(min(size, MOST)) for size in row["shape"]))
        places = (row["offset"] + sum(k * step for k, step in zip(index, row["strides"])) for index in indices)
        return [flat[place] for place in islice(places, MOST) if place < len(flat)]

    def _version(self, tensor: int | None, version: int | None) -> int | None:
        if tensor is None or version is None:
            return version
        before: int = self._first_version.get(self._trace["tensors"][tensor]["storage"], 0)
        return version - before

    def _node(self, index: int) -> str:
        """A node, described with those that it leads to when it is first spoken of."""
        new = ("n", index) not in self._names
        name = self._name("n", index)
        if new:
            row = self._trace["nodes"][index]
            following = [(None if to is None else self._node(to), nr) for to, nr in row["next_functions"]]
            leaf = "" if row.get("variable") is None else self._tensor(row["variable"])
            self._say("nodes", f"{name}: {row['name']} -> {following} {leaf}")
            for kept in row.get("saved", ()):
                tensor = "" if kept.get("tensor") is None else self._tensor(kept["tensor"])
                what = f"{tensor}@{self._version(kept.get('tensor'), kept.get('version'))} {kept.get('text', '')}"
                self._say("saved", f"{name} {row['name']}.{kept['name']}: {what}")
        return name

    def _span(self, index: int | None) -> str:
        if index is None:
            return "-"
        span = self._trace["spans"][index]
        return f"{span['cell']}:{span['line']}:{span['column']}-{span['end_line']}:{span['end_column']}"

    def _scope(self, index: int | None) -> str:
        if index is None:
            return ""
        scope = self._trace["scopes"][index]
        return f"{self._scope(scope.get('parent'))}/{scope['kind']} {scope['label']} {scope.get('index') or ''}"

    def _op(self, event: Any) -> None:
        op = self._trace["ops"][event["op"]]
        self._name("o", event["op"])
        inputs = [each["argument"] for each in op["inputs"]]
        place = f"{self._span(op.get('span'))}{self._scope(op.get('scope'))}"
        kind = f"{op['name']} {op['category']}{' in place' if op.get('in_place') else ''}({', '.join(inputs)})"
        during = op.get("during")
        self._say("ops", kind + ("" if during is None else f" during {self._trace['nodes'][during]['name']}"))
        self._say("lines", f"{op['name']} at {place}")
        for each in op["inputs"]:
            given = tidied(each.get("constant") or "") if each.get("tensor") is None else self._tensor(each["tensor"])
            version = self._version(each.get("tensor"), each.get("version"))
            self._say("operands", f"{op['name']}.{each['argument']}: {given}@{version}")
        params = sorted((name, tidied(_as_number(text))) for name, text in op.get("params", {}).items())
        self._say("params", f"{op['name']} {params} {op.get('formula') is not None}")
        outputs = [self._tensor(tensor) for tensor in op["outputs"]]
        if op.get("node") is not None:
            self._say("nodes", f"{op['name']} by {self._node(op['node'])}")
        self._say("ops", f"  gives {outputs}")
        for edge in self._edges.get(event["op"], ()):
            producer = edge.get("producer")
            by = "-" if producer is None else self._trace["ops"][producer]["name"]
            self._say("edges", f"{op['name']}.{edge['slot']}: {edge['kind']} {edge.get('reason')} from {by}")

    def _write(self, event: Any) -> None:
        value = self._trace["values"][event["value"]]
        self._storage_values[event["storage"]] = event["value"]
        version = event["version"] - self._first_version.get(event["storage"], 0)
        self._say("writes", f"{self._name('s', event['storage'])} version {version}", value["data"])

    def _requires_grad(self, event: Any) -> None:
        self._say("ops", f"requires_grad {self._tensor(event['tensor'])} {event['value']}")

    def _cotangents(self, aspect: str, words: str, indices: Sequence[int | None]) -> None:
        for index in indices:
            if index is None:
                self._say(aspect, f"{words} nothing")
            else:
                value = self._trace["values"][index]
                self._say(aspect, f"{words} {value['shape']} {value['dtype']}", value["data"])

    def _backward_begin(self, event: Any) -> None:
        flags = [name for name in ("accumulate", "retain_graph", "create_graph") if event[name]]
        roots = [self._tensor(root) for root in event["roots"]]
        self._say("passes", f"pass from {roots} {flags} at {self._span(event.get('span'))}")
        self._cotangents("passes", "begins with", event["gradients"])

    def _vjp(self, event: Any) -> None:
        node = self._node(event["node"])
        self._say("passes", f"vjp of {node} {self._trace['nodes'][event['node']]['name']}")
        self._cotangents("passes", "is given", event["cotangents_in"])
        self._cotangents("passes", "gives", event["cotangents_out"])

    def _accumulate(self, event: Any) -> None:
        first = "first " if event["first"] else ""
        self._say("passes", f"{first}accumulated into {self._tensor(event['tensor'])} by {self._node(event['node'])}")
        self._cotangents("passes", "adds", [event["contribution"], event["result"]])
        self._tensor(event["grad"])

    def _capture(self, event: Any) -> None:
        self._cotangents("passes", f"captured for {self._tensor(event['tensor'])}", [event["contribution"]])

    def _free(self, event: Any) -> None:
        self._say("passes", f"freed {self._node(event['node'])}")

    def _backward_end(self, event: Any) -> None:
        self._say("passes", "end")

    def _grad_cleared(self, event: Any) -> None:
        self._say("passes", f"grad of {self._tensor(event['tensor'])} cleared")

    def _bind(self, event: Any) -> None:
        tensor = "-" if event.get("tensor") is None else self._tensor(event["tensor"])
        self._say("lines", f"{event['name']} = {tensor}{self._scope(event.get('scope'))}")

    def _line(self, event: Any) -> None:
        self._say("lines", f"line {self._span(event['span'])}{self._scope(event.get('scope'))}")

    def _branch(self, event: Any) -> None:
        tensor = "" if event.get("tensor") is None else self._tensor(event["tensor"])
        self._say("lines", f"{event['statement']} {self._span(event['span'])} {event['value']} {tensor}")

    def _outputs(self) -> None:
        texts: dict[tuple[int, int, str], str] = {}
        for part in self._trace["outputs"]:
            key = part["cell"], part["output"], part["kind"]
            texts[key] = texts.get(key, "") + part["text"]
        for (cell, number, kind), text in texts.items():
            self._say("output", f"{cell}.{number} {kind}: {tidied(text)}")

    def _outcome(self) -> None:
        outcome = self._trace.get("outcome", {"status": self._trace.get("died")})
        error = outcome.get("error") or {}
        told = (outcome["status"], error.get("type"), tidied(error.get("message", "")), self._span(error.get("span")))
        self._say("error", " ".join(map(str, told)))


def _as_number(text: str) -> str:
    """A number as PyTorch's operators take it: a float for an int."""
    try:
        return repr(float(text))
    except ValueError:
        return text


def tidied(text: str) -> str:
    """Without what differs from one build of PyTorch to the next: places in its C++ source, addresses."""
    text = re.sub(r"\nException raised from .*?_start[^\n]*\n", "\n", text, flags=re.DOTALL)
    text = re.sub(r"0x[0-9a-f]{6,}", "0x...", text)
    return re.sub(r" ?\(Triggered internally at [^)]*\)", "", text)
