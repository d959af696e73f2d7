"""The best assignment of a panel, by SciPy's sparse solver of the assignment problem (LAPJVsp)."""

from services.coordination.domain.assignment import Pair, Panel

# The solver takes an explicit zero for no edge at all. One more everywhere changes no comparison.
_NO_ZERO = 1


def solve(found: Panel) -> dict[int, Pair]:
    """The choice that weighs least: one need in a place, and as few left out as can be, the pressing last.

    Weights are whole numbers below 2**53, which the solver's floats hold exactly; the same panel gives the same choice.
    """
    # A tenth of what every process would import at its start, and few assign a panel.
    import numpy as np
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    needs = len(found.askings)
    if not needs:
        return {}
    columns: dict[int, int] = {}
    row_starts, indices, weights = [0], [], []
    for pairs in found.pairs:
        for pair in pairs:
            indices.append(columns.setdefault(pair.place, len(columns)))
            weights.append(pair.weight + _NO_ZERO)
        indices.append(-1)
        weights.append(0)
        row_starts.append(len(indices))
    # Each need has a column of its own that stands for being left out, so that a full matching always exists.
    for index, end in enumerate(row_starts[1:]):
        indices[end - 1] = len(columns) + index
        weights[end - 1] = found.penalty(index) + _NO_ZERO
    graph = csr_array(
        (np.array(weights, dtype=np.float64), np.array(indices), np.array(row_starts)),
        shape=(needs, len(columns) + needs),
    )
    graph.sort_indices()
    rows, taken = min_weight_full_bipartite_matching(graph)
    places = list(columns)
    chosen = {int(row): places[column] for row, column in zip(rows, taken, strict=True) if column < len(places)}
    return {index: next(pair for pair in found.pairs[index] if pair.place == place) for index, place in chosen.items()}
