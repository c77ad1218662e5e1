"""The queue of nodes that are ready to run in a backward pass.

PyTorch keeps them in C++'s ``std::priority_queue`` by sequence number. Ties (several AccumulateGrads) come out in the
order
in which libstdc++'s ``push_heap`` and ``pop_heap`` happen to leave them, so those two are followed here move by move.
"""

from __future__ import annotations

from .graph import Node


class ReadyQueue:
    """A binary max-heap on ``sequence_nr``, not stable, with libstdc++'s order among equals."""

    __slots__ = ("heap",)

    def __init__(self) -> None:
        self.heap: list[Node] = []

    def push(self, node: Node) -> None:
        self.heap.append(node)
        if len(self.heap) > 1:
            self._sift_up(len(self.heap) - 1, node)

    def pop(self) -> Node:
        heap = self.heap
        if len(heap) == 1:
            return heap.pop()
        top = heap[0]
        last = heap.pop()
        if heap:
            self._sift_up(self._hole_to_the_bottom(), last)
        return top

    def _sift_up(self, hole: int, node: Node) -> None:
        heap = self.heap
        while hole > 0:
            parent = (hole - 1) // 2
            if heap[parent].sequence_nr >= node.sequence_nr:
                break
            heap[hole] = heap[parent]
            hole = parent
        heap[hole] = node

    def _hole_to_the_bottom(self) -> int:
        heap, size = self.heap, len(self.heap)
        hole = 0
        while 2 * hole + 2 < size:
            child = 2 * hole + 2
            if heap[child].sequence_nr < heap[child - 1].sequence_nr:
                child -= 1
            heap[hole] = heap[child]
            hole = child
        if 2 * hole + 2 == size:  # an only child
            heap[hole] = heap[size - 1]
            hole = size - 1
        return hole
