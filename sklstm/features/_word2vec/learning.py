"""How word vectors are learned, once or in parts."""

import warnings
from collections import Counter

import numpy as np
import torch
from tqdm.auto import tqdm

from sklstm.features._vocabulary import frequent_tokens
from sklstm.features._word2vec.vectors import WordVectors
from sklstm.nn._runtime import (
    computing,
    freed_memory_kept,
    resolve_device,
    seeded_generator,
)
from sklstm.nn.word2vec.steps import CBOWTrainer, SkipGramTrainer
from sklstm.utils import (
    derive_seed,
    effective_n_threads,
    is_fitted_by_another,
    plain,
)

_TRAINERS = {"skip-gram": SkipGramTrainer, "cbow": CBOWTrainer}
_FEWEST_IN_COMMON = 0.1  # share of the tokens that should have a given vector
_FINAL_RATE = 0.01  # share of the learning rate that is left at the end


class Word2VecLearning:
    """The part of Word2VecEmbedder that sets its fitted attributes."""

    def _learn(self, corpus, *, forget):
        initial = self._check_initial_vectors()
        if forget:
            self._check_frequent_enough(corpus)
            self._forget(initial)
        # One seed for every call would draw the same numbers for each part of a corpus.
        rng = np.random.default_rng([derive_seed(self.random_state), self._n_calls])
        self._n_calls += 1
        self._n_documents += corpus.n_samples
        self._seen.update(corpus.counts)
        self._seen_documents.update(corpus.document_counts)
        if initial is not None and forget:
            self._check_common(initial)
        if not self.n_epochs:
            return self._use(initial) if forget else self._set_counts()
        self._add_tokens(self._new_tokens(), initial, rng)
        self._set_counts()
        self._train(corpus, rng)
        return self._set_unknown_vector()

    def _check_initial_vectors(self):
        if self.initial_vectors is not None:
            return WordVectors.from_mapping(self.initial_vectors, self)
        if self.n_epochs == 0:
            raise ValueError(
                "Word2VecEmbedder expects initial_vectors where n_epochs=0; got None. "
                "Pass word vectors, or let it train with n_epochs of at least 1."
            )
        return None

    def _check_common(self, initial):
        """Refuse vectors that no token has, and warn of those that few have."""
        if self.oov == "characters" and not self.n_epochs:
            return  # unknown words are composed of their parts
        n_tokens = self._seen.total()
        n_common = sum(n for word, n in self._seen.items() if word in initial.codes)
        if n_common >= _FEWEST_IN_COMMON * n_tokens:
            return
        message = (
            f"Word2VecEmbedder expects initial_vectors of the words that it is given; "
            f"{n_common} of {n_tokens} tokens have one of the {len(initial)} vectors. "
            f"The vectors begin with {initial.tokens[1]!r}, the tokens with "
            f"{next(iter(self._seen))!r}: see that both are cut and written alike "
            "(segmentation, simplified or traditional characters, case)."
        )
        if not n_common and not self.n_epochs:
            raise ValueError(message)
        warnings.warn(message, stacklevel=5)

    def _check_frequent_enough(self, corpus):
        highest = max(corpus.counts.values())
        if self.n_epochs and highest < self.min_count:
            raise ValueError(
                f"Word2VecEmbedder expects a token that occurs min_count="
                f"{self.min_count} times; the most frequent one occurs {highest} "
                "times. Lower min_count."
            )

    def _forget(self, initial=None):
        size = plain(self.vector_size) if initial is None else initial.vector_size
        self._n_calls = self._n_documents = 0
        self._seen, self._seen_documents = Counter(), Counter()
        self.tokens_ = np.array([None], dtype=object)
        self.vocabulary_ = {}
        self.vectors_ = np.zeros((1, size), dtype=np.float32)
        self._output_vectors = np.zeros((0, size), dtype=np.float32)
        self._squares = [np.zeros(0, dtype=np.float32) for _ in range(2)]

    def _use(self, initial):
        """Take given vectors as they are, without a copy."""
        self.tokens_ = initial.tokens
        self.vocabulary_ = initial.codes
        self.vectors_ = initial.table
        return self._set_counts()

    def _new_tokens(self):
        frequent = frequent_tokens(self._seen, self.min_count)
        new = [token for token in frequent if token not in self.vocabulary_]
        if self.max_vocabulary is None:
            return new
        return new[: max(0, plain(self.max_vocabulary) - len(self.vocabulary_))]

    def _add_tokens(self, tokens, initial, rng):
        """Give tokens their codes and first vectors."""
        first, size = self.vectors_.shape
        codes = range(first, first + len(tokens))
        self.tokens_ = np.append(self.tokens_, np.array(tokens, dtype=object))
        self.vocabulary_ = self.vocabulary_ | dict(zip(tokens, codes, strict=True))
        vectors = rng.random((len(tokens), size), dtype=np.float32)
        vectors = (vectors - np.float32(0.5)) / np.float32(size)
        if initial is not None:
            initial.fill(tokens, vectors)
        self.vectors_ = np.vstack([self.vectors_, vectors])

    def _set_counts(self):
        known = self.tokens_[1:]
        counts = [self._seen[token] for token in known]
        n_unknown = self._seen.total() - sum(counts)
        self.counts_ = np.array([n_unknown, *counts], dtype=np.int64)
        documents = np.array([0, *(self._seen_documents[token] for token in known)])
        self.idf_ = np.log((1 + self._n_documents) / (1 + documents)) + 1
        return self

    def _set_unknown_vector(self):
        counts = self.counts_[1:]
        self.vectors_[0] = self.vectors_[1:][counts == counts.min()].mean(axis=0)
        return self

    def _train(self, corpus, rng):
        device = resolve_device(self.device)
        n_codes = len(self.vectors_)
        with (
            computing(effective_n_threads(self.n_threads)),
            freed_memory_kept(),
            torch.inference_mode(),
        ):
            trainer = _TRAINERS[self.algorithm](
                [self.vectors_, _lengthen(self._output_vectors, n_codes)],
                [_lengthen(squares, n_codes) for squares in self._squares],
                self.counts_,
                window=plain(self.window),
                negative=plain(self.negative),
                subsample=plain(self.subsample),
                generator=seeded_generator(int(rng.integers(2**31)), device),
                device=device,
            )
            try:
                self._run_epochs(trainer, corpus, rng)
            except KeyboardInterrupt:
                if is_fitted_by_another(self):
                    raise
                warnings.warn(
                    "Word2VecEmbedder was interrupted: it keeps the vectors as they "
                    "are by now.",
                    stacklevel=2,
                )
        (self.vectors_, self._output_vectors), self._squares = trainer.result()

    def _run_epochs(self, trainer, corpus, rng):
        n_epochs = plain(self.n_epochs)
        n_total = n_epochs * corpus.n_tokens
        n_done = 0
        with tqdm(
            total=n_total, unit=" tokens", unit_scale=True, disable=not self.verbose
        ) as progress:
            for epoch in range(n_epochs):
                for codes, lengths in corpus.shuffled_chunks(self.vocabulary_, rng):
                    ends = np.array([n_done, n_done + len(codes)]) / n_total
                    trainer.train(codes, lengths, self._rate(ends).tolist())
                    n_done += len(codes)
                    progress.update(len(codes))
                self._check_finite(trainer, epoch)

    def _rate(self, share_done):
        return plain(self.learning_rate) * (1 - (1 - _FINAL_RATE) * share_done)

    def _check_finite(self, trainer, epoch):
        if not trainer.is_finite():
            raise RuntimeError(
                f"Word2VecEmbedder diverged in epoch {epoch + 1} with learning_rate="
                f"{self.learning_rate}. Lower learning_rate."
            )


def _lengthen(rows, n_rows):
    """Append rows of zeros."""
    return np.concatenate(
        [rows, np.zeros((n_rows - len(rows), *rows.shape[1:]), rows.dtype)]
    )
