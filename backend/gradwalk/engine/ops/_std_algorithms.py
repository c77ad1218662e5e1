"""Selections that PyTorch makes with C++'s algorithms: where several elements are equal, their order is theirs.

Each works on a list of positions, moving them as libstdc++ moves its pairs (``nth_element``, ``sort`` and
``partial_sort``) and as PyTorch's quick select does; ``before(i, j)`` says whether the element at position ``i`` comes
first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Before = Callable[[int, int], bool]


def top(count: int, k: int, before: Before, ordered: bool) -> list[int]:
    """The positions of the first ``k`` of ``count`` elements, as ``torch.topk`` finds them."""
    queue = list(range(count))
    if k == 0:
        return []
    if k * 64 <= count:
        _partial_sort(queue, k, before)
    else:
        _nth_element(queue, k - 1, before)
        if ordered:
            _sort(queue, 0, k - 1, before)
    return queue[:k]


def quick_select(count: int, k: int, after: Before) -> int:
    """The position of the ``k``-th least element, as ``torch.kthvalue`` finds it."""
    order = list(range(count))

    def swap(i: int, j: int) -> None:
        order[i], order[j] = order[j], order[i]

    def greater(i: int, j: int) -> bool:
        return after(order[i], order[j])

    left, right = 0, count - 1
    while right > left + 1:
        swap(left + (right - left) // 2, left + 1)
        for i, j in ((left + 1, right), (left, right), (left + 1, left)):
            if greater(i, j):
                swap(i, j)
        i, j, pivot = left + 1, right, order[left]
        while True:
            i += 1
            while after(pivot, order[i]):
                i += 1
            j -= 1
            while after(order[j], pivot):
                j -= 1
            if j < i:
                break
            swap(i, j)
        swap(left, j)
        if j <= k:
            left = i
        if j >= k:
            right = j - 1
    if right == left + 1 and greater(left, right):
        swap(left, right)
    return order[k]


def _nth_element(queue: list[int], nth: int, before: Before) -> None:
    first, last = 0, len(queue)
    while last - first > 3:
        cut = _partition(queue, first, last, before)
        if cut <= nth:
            first = cut
        else:
            last = cut
    _insertion_sort(queue, first, last, before)


def _partition(queue: list[int], first: int, last: int, before: Before) -> int:
    """What is before the median of three comes to the left; where the right part begins."""
    _median_to(queue, first, first + 1, first + (last - first) // 2, last - 1, before)
    pivot, left, right = queue[first], first + 1, last
    while True:
        while before(queue[left], pivot):
            left += 1
        right -= 1
        while before(pivot, queue[right]):
            right -= 1
        if left >= right:
            return left
        queue[left], queue[right] = queue[right], queue[left]
        left += 1


def _median_to(queue: list[int], place: int, a: int, b: int, c: int, before: Before) -> None:
    x, y, z = queue[a], queue[b], queue[c]
    if before(x, y):
        middle = b if before(y, z) else c if before(x, z) else a
    else:
        middle = a if before(x, z) else c if before(y, z) else b
    queue[place], queue[middle] = queue[middle], queue[place]


def _insertion_sort(queue: list[int], first: int, last: int, before: Before) -> None:
    for i in range(first + 1, last):
        value, j = queue[i], i
        if before(value, queue[first]):
            queue[first + 1 : i + 1] = queue[first:i]
            j = first
        else:
            while before(value, queue[j - 1]):
                queue[j] = queue[j - 1]
                j -= 1
        queue[j] = value


_SMALL = 16
"""Parts no larger are left to one insertion sort at the end."""


def sorted_positions(count: int, before: Before) -> list[int]:
    """The positions in order, as ``std::sort`` leaves them."""
    queue = list(range(count))
    _sort(queue, 0, count, before)
    return queue


def _sort(queue: list[int], first: int, last: int, before: Before) -> None:
    depth = 2 * ((last - first).bit_length() - 1)
    parts = [(first, last, depth)]
    while parts:
        low, high, left = parts.pop()
        while high - low > _SMALL:
            if left == 0:
                part = queue[low:high]
                _partial_sort(part, high - low, before)
                queue[low:high] = part
                break
            left -= 1
            cut = _partition(queue, low, high, before)
            parts.append((cut, high, left))
            high = cut
    if last - first > _SMALL:
        _insertion_sort(queue, first, first + _SMALL, before)
        for i in range(first + _SMALL, last):
            value, j = queue[i], i
            while before(value, queue[j - 1]):
                queue[j] = queue[j - 1]
                j -= 1
            queue[j] = value
    else:
        _insertion_sort(queue, first, last, before)


def _partial_sort(queue: list[int], middle: int, before: Before) -> None:
    for parent in range((middle - 2) // 2, -1, -1):
        _adjust(queue, parent, middle, queue[parent], before)
    for i in range(middle, len(queue)):
        if before(queue[i], queue[0]):
            value, queue[i] = queue[i], queue[0]
            _adjust(queue, 0, middle, value, before)
    for end in range(middle - 1, 0, -1):
        value, queue[end] = queue[end], queue[0]
        _adjust(queue, 0, end, value, before)


def _adjust(heap: list[int], hole: int, length: int, value: int, before: Before) -> None:
    """Let a hole sink to the bottom of a heap, and the value rise from there."""
    top_of_hole, child = hole, hole
    while child < (length - 1) // 2:
        child = 2 * (child + 1)
        if before(heap[child], heap[child - 1]):
            child -= 1
        heap[hole] = heap[child]
        hole = child
    if length % 2 == 0 and child == (length - 2) // 2:
        child = 2 * (child + 1)
        heap[hole] = heap[child - 1]
        hole = child - 1
    parent = (hole - 1) // 2
    while hole > top_of_hole and before(heap[parent], value):
        heap[hole] = heap[parent]
        hole = parent
        parent = (hole - 1) // 2
    heap[hole] = value


def order_of(row: Sequence[float], largest: bool) -> Before:
    """Which of two positions of a row comes first; NaN is greater than every number."""
    if largest:
        return lambda i, j: row[i] > row[j] or (row[i] != row[i] and row[j] == row[j])
    return lambda i, j: row[i] < row[j] or (row[j] != row[j] and row[i] == row[i])
