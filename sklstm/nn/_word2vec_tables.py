"""Vectors whose rows are trained by row-wise Adagrad."""

import torch


class Table:
    """Vectors of which each step takes few rows.

    `open` copies the rows of a step side by side, so that what is computed on them
    stays in the cache; `close` takes the step and puts them back.

    Parameters
    ----------
    vectors : ndarray of shape (n_codes, vector_size), float32
        Copied.

    squares : ndarray of shape (n_codes,), float32
        Sum of the mean squared gradients of each row so far. Copied.

    n_lanes : int
        Sums of gradients that are kept apart, so that threads do not meet.

    device : torch.device

    Attributes
    ----------
    vectors : tensor of shape (n_codes, vector_size)

    squares : tensor of shape (n_codes,)

    rows : tensor of shape (n_rows, vector_size)
        Vectors of the step that is open.

    gradients : tensor of shape (n_lanes, n_rows, vector_size)
        Of what is to be made large.
    """

    def __init__(self, vectors, squares, n_lanes, device):
        self.vectors = torch.tensor(vectors, device=device)
        self.squares = torch.tensor(squares, device=device)
        self._is_open = torch.zeros(len(vectors), dtype=torch.bool, device=device)
        self._places = torch.zeros(len(vectors), dtype=torch.int64, device=device)
        self._numbers = torch.arange(len(vectors), device=device)
        self._n_lanes = n_lanes
        self._rows = self._gradients = self.vectors.new_empty(0)

    def open(self, codes):
        """Begin a step.

        Parameters
        ----------
        codes : tensor of ints
            The codes that the step takes, in any shape, repeated or not.

        Returns
        -------
        tensor of ints
            The place in `rows` of each.
        """
        flat = codes.reshape(-1)
        self._is_open.index_fill_(0, flat, True)
        self.codes = self._is_open.nonzero().view(-1)
        self._is_open.index_fill_(0, self.codes, False)
        self._places.index_copy_(0, self.codes, self._numbers[: len(self.codes)])
        self._take_memory(len(self.codes))
        torch.index_select(self.vectors, 0, self.codes, out=self.rows)
        self.gradients.zero_()
        return self._places.index_select(0, flat).view(codes.shape)

    def _take_memory(self, n_rows):
        width = self.vectors.shape[1]
        if len(self._rows) < n_rows * width:
            spare = n_rows + n_rows // 4
            self._rows = self.vectors.new_empty(spare * width)
            self._gradients = self.vectors.new_empty(self._n_lanes * spare * width)
        shape = (self._n_lanes, n_rows, width)
        self.rows = self._rows[: n_rows * width].view(n_rows, width)
        self.gradients = self._gradients[: self._n_lanes * n_rows * width].view(shape)

    def add_gradients(self, lane, places, gradients):
        """Add gradients of shape (*places.shape, vector_size) to their rows."""
        flat = gradients.view(-1, gradients.shape[-1])
        self.gradients[lane].index_add_(0, places.reshape(-1), flat)

    def close(self, learning_rate):
        """Take the step: go up the gradient, row by row at its own rate."""
        gradient = self.gradients[0]
        for lane in self.gradients[1:]:
            gradient += lane
        squares = self.squares.index_select(0, self.codes)
        squares += torch.linalg.vecdot(gradient, gradient) / gradient.shape[1]
        self.squares.index_copy_(0, self.codes, squares)
        # A row that was never pulled has no gradient either: 0 / tiny is 0.
        rates = learning_rate / squares.sqrt().clamp_(min=1e-10)
        self.rows.addcmul_(gradient, rates.unsqueeze(1))
        self.vectors.index_copy_(0, self.codes, self.rows)
