"""Nested containers of tensors as a flat list and a structure, and back: ``torch.utils._pytree``."""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from gradwalk.engine.size import Size
from gradwalk.engine.surface.results import RETURN_TYPES

Leaf = Callable[[Any], bool] | None
Path = tuple[Any, ...]


@dataclass(frozen=True)
class SequenceKey:
    """A place in a list or tuple."""

    idx: int

    def __str__(self) -> str:
        return f"[{self.idx!r}]"

    def get(self, sequence: Any) -> Any:
        return sequence[self.idx]


@dataclass(frozen=True)
class MappingKey:
    """A place in a dict."""

    key: Any

    def __str__(self) -> str:
        return f"[{self.key!r}]"

    def get(self, mapping: Any) -> Any:
        return mapping[self.key]


@dataclass(frozen=True)
class GetAttrKey:
    """A place in a named tuple."""

    name: str

    def __str__(self) -> str:
        return f".{self.name}"

    def get(self, owner: Any) -> Any:
        return getattr(owner, self.name)


class _Kind(NamedTuple):
    """How containers of one type are taken apart and put together."""

    flatten: Callable[[Any], tuple[Iterable[Any], Any]]
    unflatten: Callable[[Iterable[Any], Any], Any]
    keys: Callable[[Any], Iterable[Any]] | None = None


def _places(sequence: Any) -> Iterable[Any]:
    return map(SequenceKey, range(len(sequence)))


def _keys(mapping: Any) -> Iterable[Any]:
    return map(MappingKey, mapping)


_MAPPINGS = (dict, OrderedDict, defaultdict)
_KINDS: dict[Any, _Kind] = {
    tuple: _Kind(lambda x: (x, None), lambda values, _: tuple(values), _places),
    list: _Kind(lambda x: (x, None), lambda values, _: list(values), _places),
    dict: _Kind(lambda x: (x.values(), list(x)), lambda values, keys: dict(zip(keys, values, strict=True)), _keys),
    OrderedDict: _Kind(
        lambda x: (x.values(), list(x)), lambda values, keys: OrderedDict(zip(keys, values, strict=True)), _keys
    ),
    defaultdict: _Kind(
        lambda x: (x.values(), [x.default_factory, list(x)]),
        lambda values, made: defaultdict(made[0], zip(made[1], values, strict=True)), _keys,
    ),
    deque: _Kind(lambda x: (x, x.maxlen), lambda values, most: deque(values, maxlen=most), _places),
    namedtuple: _Kind(
        lambda x: (x, type(x)), lambda values, kind: kind(*values), lambda x: map(GetAttrKey, x._fields)
    ),
}  # fmt: skip
"""By type; of named tuples, of which each has a type of its own, by the function that makes them."""


def is_namedtuple_class(cls: type) -> bool:
    """Whether a type is that of named tuples."""
    return isinstance(cls, type) and issubclass(cls, tuple) and hasattr(cls, "_fields")


def is_namedtuple_instance(obj: object) -> bool:
    """Whether an object is a named tuple."""
    return is_namedtuple_class(type(obj))


def is_namedtuple(obj: object) -> bool:
    """Whether an object is a named tuple, or a type of them."""
    return is_namedtuple_class(obj if isinstance(obj, type) else type(obj))


def _kind_of(tree: Any) -> Any:
    kind = type(tree)
    if kind in _KINDS:
        return kind
    if is_namedtuple_class(kind):
        return namedtuple
    return kind if kind is Size or kind in RETURN_TYPES.values() else None


def _taken_apart(kind: Any) -> _Kind:
    if kind in RETURN_TYPES.values():  # what torch.max gives
        return _Kind(lambda x: (x, None), lambda values, _: kind(tuple(values)), _places)
    return _KINDS[tuple if kind is Size else kind]


def register_pytree_node(
    cls: Any, flatten_fn: Any, unflatten_fn: Any, *, serialized_type_name: Any = None, to_dumpable_context: Any = None,
    from_dumpable_context: Any = None, flatten_with_keys_fn: Any = None,
) -> None:  # fmt: skip
    """Have objects of a class taken apart: into children and whatever is needed to put them together."""
    if cls in _KINDS:
        raise ValueError(f"{cls!r} is already registered as pytree node.")
    keys = None if flatten_with_keys_fn is None else lambda x: (key for key, _ in flatten_with_keys_fn(x)[0])
    _KINDS[cls] = _Kind(flatten_fn, unflatten_fn, keys)


class TreeSpec:
    """The structure of a tree, printed with ``*`` for a leaf."""

    __module__ = "torch.utils._pytree"

    def __init__(self, type: Any, context: Any, children_specs: list[TreeSpec]) -> None:
        self.type, self._context, self._children = type, context, list(children_specs)
        self.num_nodes: int = 1 + sum(child.num_nodes for child in self._children)
        self.num_leaves: int = 1 if type is None else sum(child.num_leaves for child in self._children)
        self.num_children = len(self._children)

    @property
    def context(self) -> Any:
        """What a container needs beside its children: a dict its keys."""
        return self._context

    def children(self) -> list[TreeSpec]:
        """The structures of what it holds."""
        return list(self._children)

    def child(self, index: int) -> TreeSpec:
        """One of them."""
        return self._children[index]

    def is_leaf(self) -> bool:
        """Whether there is no container."""
        return self.type is None

    def unflatten(self, leaves: Iterable[Any]) -> Any:
        """The tree with these leaves. Raises ValueError for another number of them."""
        leaves = list(leaves)
        if len(leaves) != self.num_leaves:
            raise ValueError(
                f"treespec.unflatten(leaves): `leaves` has length {len(leaves)} but the spec refers to a pytree that "
                f"holds {self.num_leaves} items ({self})."
            )
        return self._filled(iter(leaves))

    def _filled(self, leaves: Iterator[Any]) -> Any:
        if self.type is None:
            return next(leaves)
        return _taken_apart(self.type).unflatten([child._filled(leaves) for child in self._children], self._context)

    def flatten_up_to(self, tree: Any) -> list[Any]:
        """What stands at the leaves' places in another tree. Raises ValueError if that has another structure."""
        if self.type is None:
            return [tree]
        parts = self._parts_of(tree)
        return [leaf for child, part in zip(self._children, parts, strict=True) for leaf in child.flatten_up_to(part)]

    def _parts_of(self, tree: Any) -> Iterable[Any]:
        kind = _kind_of(tree)
        if kind is not self.type and not (self.type in _MAPPINGS and kind in _MAPPINGS):
            raise ValueError(f"Node type mismatch; expected {self.type!r}, but got {type(tree)!r}.")
        parts, context = _taken_apart(kind).flatten(tree)
        parts = list(parts)
        if len(parts) != self.num_children:
            raise ValueError(f"Node arity mismatch; expected {self.num_children}, but got {len(parts)}.")
        if kind in _MAPPINGS:
            keys = self._context[1] if self.type is defaultdict else self._context
            missing, extra = {key for key in keys if key not in tree}, {key for key in tree if key not in keys}
            if missing or extra:
                said = f"; missing key(s): {missing}" * bool(missing) + f"; extra key(s): {extra}" * bool(extra)
                raise ValueError(f"Node keys mismatch{said}.")
            return [tree[key] for key in keys]
        if context != self._context and kind is not deque:
            raise ValueError(
                f"Node context mismatch for node type {self.type!r}; expected {self._context!r}, but got {context!r}."
            )
        return parts

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TreeSpec):
            return NotImplemented
        same = self.type is other.type and self._context == other._context
        return same and self._children == other._children

    def __hash__(self) -> int:
        return hash((self.type, repr(self._context), tuple(self._children)))

    def __repr__(self) -> str:
        return self._written(0)

    def _written(self, indent: int) -> str:
        if self.type is None:
            return "*"
        inside = (",\n" + " " * (indent + 2)).join(child._written(indent + 2) for child in self._children)
        return f"TreeSpec({self.type.__name__}, {self._context}, [{inside}])"


PyTreeSpec = TreeSpec
PyTree = Any


class LeafSpec(TreeSpec):
    """The structure of what is no container."""

    __module__ = "torch.utils._pytree"

    def __init__(self) -> None:
        super().__init__(None, None, [])


def treespec_leaf() -> TreeSpec:
    """The structure of a leaf."""
    return TreeSpec(None, None, [])


def treespec_tuple(iterable: Iterable[TreeSpec] = ()) -> TreeSpec:
    """The structure of a tuple of trees of these structures."""
    return TreeSpec(tuple, None, list(iterable))


def treespec_dict(mapping: Any = (), /, **kwargs: TreeSpec) -> TreeSpec:
    """The structure of a dict of trees of these structures."""
    given = dict(mapping, **kwargs)
    return TreeSpec(dict, list(given), list(given.values()))


def _flattened(tree: Any, found: list[Any], is_leaf: Leaf) -> TreeSpec:
    kind = None if is_leaf is not None and is_leaf(tree) else _kind_of(tree)
    if kind is None:
        found.append(tree)
        return treespec_leaf()
    children, context = _taken_apart(kind).flatten(tree)
    return TreeSpec(kind, context, [_flattened(child, found, is_leaf) for child in children])


def tree_flatten(tree: Any, is_leaf: Leaf = None) -> tuple[list[Any], TreeSpec]:
    """The leaves in order, and the structure that puts them together again."""
    found: list[Any] = []
    spec = _flattened(tree, found, is_leaf)
    return found, spec


def tree_unflatten(leaves: Iterable[Any], treespec: TreeSpec) -> Any:
    """The tree of a structure with these leaves."""
    if not isinstance(treespec, TreeSpec):
        raise TypeError(f"Expected `treespec` to be an instance of PyTreeSpec but got item of type {type(treespec)}.")
    return treespec.unflatten(leaves)


def tree_iter(tree: Any, is_leaf: Leaf = None) -> Iterator[Any]:
    """The leaves, one by one."""
    kind = None if is_leaf is not None and is_leaf(tree) else _kind_of(tree)
    if kind is None:
        yield tree
    else:
        for child in _taken_apart(kind).flatten(tree)[0]:
            yield from tree_iter(child, is_leaf)


def tree_leaves(tree: Any, is_leaf: Leaf = None) -> list[Any]:
    """The leaves in order."""
    return list(tree_iter(tree, is_leaf))


def arg_tree_leaves(*args: Any, **kwargs: Any) -> list[Any]:
    """The leaves of a call's arguments."""
    return [leaf for given in (*args, *kwargs.values()) for leaf in tree_iter(given)]


def tree_structure(tree: Any, is_leaf: Leaf = None) -> TreeSpec:
    """The structure alone."""
    return tree_flatten(tree, is_leaf)[1]


def tree_is_leaf(tree: Any, is_leaf: Leaf = None) -> bool:
    """Whether there is no container."""
    return (is_leaf is not None and is_leaf(tree)) or _kind_of(tree) is None


def tree_map(func: Callable[..., Any], tree: Any, *rests: Any, is_leaf: Leaf = None) -> Any:
    """The same tree with each leaf replaced; of several trees by what the leaves at one place give together."""
    found, spec = tree_flatten(tree, is_leaf)
    return spec.unflatten(map(func, found, *(spec.flatten_up_to(rest) for rest in rests)))


def tree_map_(func: Callable[..., Any], tree: Any, *rests: Any, is_leaf: Leaf = None) -> Any:
    """Call a function with each leaf, and give the tree back."""
    tree_map(func, tree, *rests, is_leaf=is_leaf)
    return tree


def _chosen(which: Any) -> Callable[[Any], bool]:
    if isinstance(which, type | tuple):
        return lambda x: isinstance(x, which)
    if callable(which):
        return lambda x: bool(which(x))
    raise TypeError("Argument must be a type, a tuple of types, or a callable.")


def map_only(type_or_types_or_pred: Any, /) -> Callable[..., Any]:
    """Have a function leave alone whatever is not of these types."""
    wanted = _chosen(type_or_types_or_pred)
    return lambda func: lambda x: func(x) if wanted(x) else x


def tree_map_only(which: Any, /, func: Callable[..., Any], tree: Any, is_leaf: Leaf = None) -> Any:
    """:func:`tree_map` of leaves of some types only."""
    return tree_map(map_only(which)(func), tree, is_leaf=is_leaf)


def tree_map_only_(which: Any, /, func: Callable[..., Any], tree: Any, is_leaf: Leaf = None) -> Any:
    """:func:`tree_map_` of leaves of some types only."""
    return tree_map_(map_only(which)(func), tree, is_leaf=is_leaf)


def tree_all(pred: Callable[[Any], bool], tree: Any, is_leaf: Leaf = None) -> bool:
    """Whether something holds of all leaves."""
    return all(map(pred, tree_iter(tree, is_leaf)))


def tree_any(pred: Callable[[Any], bool], tree: Any, is_leaf: Leaf = None) -> bool:
    """Whether something holds of a leaf."""
    return any(map(pred, tree_iter(tree, is_leaf)))


def tree_all_only(which: Any, /, pred: Callable[[Any], bool], tree: Any, is_leaf: Leaf = None) -> bool:
    """:func:`tree_all` of leaves of some types."""
    return all(pred(x) for x in tree_iter(tree, is_leaf) if isinstance(x, which))


def tree_any_only(which: Any, /, pred: Callable[[Any], bool], tree: Any, is_leaf: Leaf = None) -> bool:
    """:func:`tree_any` of leaves of some types."""
    return any(pred(x) for x in tree_iter(tree, is_leaf) if isinstance(x, which))


def _with_paths(tree: Any, path: Path, is_leaf: Leaf) -> Iterator[tuple[Path, Any]]:
    kind = None if is_leaf is not None and is_leaf(tree) else _kind_of(tree)
    if kind is None:
        yield path, tree
        return
    keys = _taken_apart(kind).keys
    if keys is None:
        raise ValueError(
            f"Did not find a flatten_with_keys_fn for type: {kind}. Please pass a flatten_with_keys_fn argument to "
            "register_pytree_node."
        )
    for key, child in zip(keys(tree), _taken_apart(kind).flatten(tree)[0], strict=True):
        yield from _with_paths(child, (*path, key), is_leaf)


def tree_leaves_with_path(tree: Any, is_leaf: Leaf = None) -> list[tuple[Path, Any]]:
    """The leaves, each with the keys that lead to it."""
    return list(_with_paths(tree, (), is_leaf))


def tree_flatten_with_path(tree: Any, is_leaf: Leaf = None) -> tuple[list[tuple[Path, Any]], TreeSpec]:
    """:func:`tree_leaves_with_path`, and the structure."""
    return tree_leaves_with_path(tree, is_leaf), tree_structure(tree, is_leaf)


def tree_map_with_path(func: Callable[..., Any], tree: Any, *rests: Any, is_leaf: Leaf = None) -> Any:
    """:func:`tree_map`, where the function gets the keys first."""
    paths = [path for path, _ in tree_leaves_with_path(tree, is_leaf)]
    found, spec = tree_flatten(tree, is_leaf)
    return spec.unflatten(map(func, paths, found, *(spec.flatten_up_to(rest) for rest in rests)))


def keystr(kp: Path) -> str:
    """The keys as Python writes them."""
    return "".join(map(str, kp))


def key_get(obj: Any, kp: Path) -> Any:
    """What stands at the end of the keys."""
    for key in kp:
        obj = key.get(obj)
    return obj


def refilled(tree: Any, values: Iterator[Any]) -> Any:
    """The same tree with its leaves taken from ``values``."""
    return tree_map(lambda _: next(values), tree)


def outline(tree: Any) -> str:
    """The structure of a tree in short: brackets as Python writes them, ``*`` for a leaf."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key!r}: {outline(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(outline, tree)) + "]"
    if isinstance(tree, tuple):
        return "(" + ", ".join(map(outline, tree)) + (",)" if len(tree) == 1 else ")")
    return "*"
