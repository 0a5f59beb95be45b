"""Groups of texts that share runs of six characters: exact, and without all pairs.

Runs are ordered by how rare they are. Where two texts share m runs, one of these stands
among the first n - m + 1 of the shorter text's n, its prefix: so a text is held against
those alone in whose prefix one of its runs stands (Bayardo et al. 2007, Xiao et al.
2008). A run that no other text has still fills a prefix.

Groups are asked for and not pairs: two texts of one group are not held against each
other, and one that is found near to a text is not held against the rest of its group.
What all texts share, such as a disclaimer, would cost n^2 otherwise.
"""

import numpy as np
from scipy.sparse import coo_array, csc_array
from scipy.sparse.csgraph import connected_components

RUN = 6  # characters
ENOUGH = 20  # runs of the shorter text, for its share to count


def group_near(texts, similarity):
    """Give texts that are nearly equal one number.

    Parameters
    ----------
    texts : list of str
        No two of six characters or more are equal; shorter ones are near to none.

    similarity : float
        Share of the runs that two texts have to have in common.

    Returns
    -------
    ndarray of shape (n_texts,), int
    """
    runs, sizes = _find_runs(texts)
    order = np.argsort(sizes, kind="stable")
    groups = np.empty(len(texts), dtype=np.int64)
    groups[order] = _Search(runs[order], sizes[order], similarity).run()
    return groups


def least_shared(sizes, similarity):
    """Smallest m for which m / n reaches the similarity, for sizes n."""
    least = np.floor(similarity * sizes)
    least += least / np.maximum(sizes, 1) < similarity
    return least.astype(np.int64)


def _find_runs(texts):
    """Distinct runs of each text.

    Returns
    -------
    runs : csr_array of shape (n_texts, n_runs), bool
        Those that two texts or more have, the rarest first.

    sizes : ndarray of shape (n_texts,), int
        How many there are, those that a text alone has among them.
    """
    codes, owners = _sorted_runs(texts)
    is_new = np.ones(len(codes), dtype=bool)
    is_new[1:] = (np.diff(codes) != 0) | (np.diff(owners) != 0)
    codes, owners = codes[is_new], owners[is_new]
    counts = np.diff(np.flatnonzero(np.diff(codes, prepend=-1)), append=len(codes))
    sizes = np.bincount(owners, minlength=len(texts))
    owners = owners[np.repeat(counts > 1, counts)]
    counts = counts[counts > 1]
    runs = csc_array(
        (np.ones(len(owners), dtype=bool), owners, np.append(0, np.cumsum(counts))),
        shape=(len(texts), len(counts)),
    )
    return runs[:, np.argsort(counts, kind="stable")].tocsr(), sizes


def _sorted_runs(texts):
    """List runs by number and their texts, sorted; equal runs have equal numbers.

    A shorter text is one run, which no other text has: it is left out.
    """
    lengths = np.fromiter(map(len, texts), dtype=np.int64)
    owners = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    characters = np.frombuffer("".join(texts).encode("utf-32-le"), dtype=np.uint32)
    if len(characters) < RUN:
        return characters[:0], owners[:0]
    is_within = owners[: 1 - RUN] == owners[RUN - 1 :]
    codes = _number_runs(characters.astype(np.int64))[is_within]
    order = np.argsort(codes, kind="stable")
    return codes[order], owners[: 1 - RUN][is_within][order]


def _number_runs(characters):
    """Give the six characters from each place on a number, by way of three.

    Three characters have less than 2^61 values, and two of their numbers less than
    2^62 in a text of 2^31 characters.
    """
    n = characters.max() + 1
    threes = (characters[:-2] * n + characters[1:-1]) * n + characters[2:]
    threes = np.unique(threes, return_inverse=True)[1]
    return threes[:-3] * (threes.max() + 1) + threes[3:]


class _Search:
    """Search for groups, from the longest text to the shortest.

    Parameters
    ----------
    runs : csr_array of shape (n_texts, n_runs), bool
        As `_find_runs` gives them, the text with the fewest runs first.

    sizes : ndarray of shape (n_texts,), int
        Ascending.

    similarity : float
    """

    def __init__(self, runs, sizes, similarity):
        self.bounds, self.runs = runs.indptr.astype(np.int64), runs.indices
        self.n_runs = runs.shape[1]
        self.sizes = sizes
        self.least = least_shared(sizes, similarity)
        self.groups = np.arange(len(sizes))
        self.links = []
        # The last runs of a text are never the first that it shares with a near one.
        fewest = np.minimum(self.least, least_shared(np.array(ENOUGH), similarity))
        self.ends = np.maximum(self.bounds[1:] - fewest + 1, self.bounds[:-1])
        self.held = np.zeros(self.n_runs, dtype=bool)
        self._index(*self._prefixes())

    def run(self):
        """Give each text the number of its group."""
        effort = 0
        for text in range(len(self.sizes) - 1, 0, -1):
            effort += self._join(text)
            # Sorting anew is as dear as this much comparing.
            if effort > 2 * len(self.runs) and self.links:
                self._merge()
                effort = 0
        if self.links:
            self._merge()
        return self.groups

    def _prefixes(self):
        """List the runs of all prefixes, and the texts whose they are."""
        lengths = np.diff(self.bounds)
        texts = np.repeat(np.arange(len(lengths)), lengths)
        places = np.arange(len(self.runs)) - self.bounds[texts]
        is_prefix = places <= (lengths - self.least)[texts]
        return self.runs[is_prefix], texts[is_prefix]

    def _index(self, runs, texts):
        """Sort prefixes by run, group and text; a part is a group within a run."""
        groups = self.groups[texts]
        order = np.lexsort((texts, groups, runs))
        runs, groups, self.texts = runs[order], groups[order], texts[order]
        is_new = np.ones(len(runs), dtype=bool)
        is_new[1:] = (np.diff(runs) != 0) | (np.diff(groups) != 0)
        starts = np.flatnonzero(is_new)
        self.prefix_runs = runs
        self.part_bounds = np.append(starts, len(runs))
        self.part_groups = groups[starts]
        self.parts = np.searchsorted(runs[starts], np.arange(self.n_runs + 1))

    def _merge(self):
        """Make one group of groups that are linked, and sort by the new ones."""
        joined = np.concatenate([groups for groups, _ in self.links])
        others = np.repeat(
            [group for _, group in self.links],
            [len(groups) for groups, _ in self.links],
        )
        self.links = []
        n = self.groups.max() + 1
        graph = coo_array((np.ones(len(joined), dtype=bool), (joined, others)), (n, n))
        self.groups = connected_components(graph, directed=False)[1][self.groups]
        self._index(self.prefix_runs, self.texts)

    def _join(self, text):
        """Link a text to the groups of shorter texts near to it; return the effort."""
        own = self.runs[self.bounds[text] : self.ends[text]]
        parts = _ranges(self.parts[own], self.parts[own + 1])
        effort = len(parts)
        parts = parts[self.part_groups[parts] != self.groups[text]]
        starts, ends = self.part_bounds[parts], self.part_bounds[parts + 1]
        width = 1
        while len(parts):
            stops = np.minimum(starts + width, ends)
            found = _distinct(self.texts[_ranges(starts, stops)])
            joined = _distinct(self.groups[self._near(text, found[found < text])])
            if len(joined):
                self.links.append((joined, self.groups[text]))
            is_open = (stops < ends) & ~np.isin(self.part_groups[parts], joined)
            effort += (stops - starts).sum()
            parts, starts, ends = parts[is_open], stops[is_open], ends[is_open]
            width *= 4
        return effort

    def _near(self, text, found):
        """Those of shorter texts that are near to a text."""
        sizes = self.sizes[found]
        least = np.where(sizes >= ENOUGH, self.least[found], self.least[text])
        found, least = found[least <= sizes], least[least <= sizes]
        if not len(found):
            return found
        starts, ends = self.bounds[found], self.bounds[found + 1]
        own = self.runs[self.bounds[text] : self.bounds[text + 1]]
        self.held[own] = True
        is_shared = self.held[self.runs[_ranges(starts, ends)]]
        self.held[own] = False
        n_shared = np.add.reduceat(is_shared, _firsts(ends - starts), dtype=np.int64)
        return found[n_shared >= least]


def _ranges(starts, ends):
    """All integers from each start to before its end, one range after the other."""
    lengths = ends - starts
    return np.arange(lengths.sum()) + np.repeat(starts - _firsts(lengths), lengths)


def _firsts(lengths):
    """Where each of several stretches begins that follow one another."""
    return np.cumsum(lengths) - lengths


def _distinct(values):
    """Sort values and drop the repeated: np.unique, faster for few."""
    values = np.sort(values)
    return values[np.diff(values, prepend=-1) > 0]
