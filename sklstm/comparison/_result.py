"""What a comparison found."""

from importlib import import_module
from pathlib import Path

import numpy as np
from sklearn.model_selection import learning_curve

from sklstm.comparison._optional import data_frame, require
from sklstm.comparison._out_of_fold import (
    disagreement,
    majority,
    mean_probabilities,
    vote_shares,
)
from sklstm.comparison._report import fragment, page
from sklstm.comparison._shared_steps import prepare_models
from sklstm.comparison._summary import fold_rows, model_rows, pair_rows
from sklstm.utils import as_list, plain


class Comparison:
    """What `compare_classifiers` found: tables, verdicts, pictures and a report.

    Parameters
    ----------
    classifiers : dict of str to classifier
        The unfitted models by name.

    X : indexable of length n_samples
        Samples.

    y : ndarray of shape (n_samples,)
        Labels.

    splits : list of (train, test)
        Rows of each fold.

    results : dict of str to list of FoldResult
        By model, in the order of the folds.

    scoring : list of str
        Names of the scores.

    shared_steps : list of dict
        The steps that ran once: their names, models and seconds.

    settings : dict
        How the comparison was called, and on what it ran.

    Attributes
    ----------
    best_ : str or None
        Model with the greatest mean of the first score; None where no fold of any
        model finished.

    classes_ : ndarray of shape (n_classes,)
        Labels in the order of the columns of probabilities.

    errors_ : dict of str to dict of int to str
        By model and fold, the error of each fold that failed.

    splits_ : list of (train, test)
        Rows of each fold, the same for every model.

    n_unlabelled_ : dict of str to int
        By model, how many samples without a label joined each training fold; 0 where
        the model does not learn from such samples.

    shared_seconds_ : float
        Seconds in steps that ran once for all.

    saved_seconds_ : float
        Seconds that they would have taken more, once for each model and fold.

    out_of_fold_predictions_ : dict of str to ndarray of shape (n_samples,)
        Label of each sample by models that were not trained on it: the most frequent
        one where it was tested in several folds. None where it was tested in none.

    out_of_fold_probabilities_ : dict of str to ndarray of (n_samples, n_classes)
        Mean probabilities of the same models, NaN where there are none. Models without
        ``predict_proba`` are left out.

    See Also
    --------
    compare_classifiers : Makes it.

    Notes
    -----
    Holds the samples, so a pickled comparison is at least as large as they are.
    """

    def __init__(
        self, classifiers, X, y, splits, results, *, scoring, shared_steps, settings
    ):
        self.classifiers = classifiers
        self.X = X
        self.y = y
        self.splits_ = splits
        self.scoring = scoring
        self.shared_steps = shared_steps
        self.settings = settings
        self._results = results
        self.classes_ = np.unique(y)
        self._collect_out_of_fold()

    def _collect_out_of_fold(self):
        shape = (len(self.y), len(self.classes_))
        self._codes, self._beliefs = {}, {}
        self.out_of_fold_predictions_, self.out_of_fold_probabilities_ = {}, {}
        for name, folds in self._results.items():
            votes = vote_shares(folds, self.splits_, shape)
            probabilities = mean_probabilities(folds, self.splits_, shape)
            codes = majority(votes, probabilities)
            labels = self.classes_[codes]
            if (codes < 0).any():
                labels = np.where(codes < 0, None, labels.astype(object))
            self.out_of_fold_predictions_[name] = labels
            self._codes[name] = codes
            self._beliefs[name] = votes if probabilities is None else probabilities
            if probabilities is not None:
                self.out_of_fold_probabilities_[name] = probabilities

    @property
    def best_(self):
        """Model with the greatest mean of the first score."""
        means = {row["model"]: row[f"{self.scoring[0]}_mean"] for row in self.rows()}
        means = {name: mean for name, mean in means.items() if np.isfinite(mean)}
        return max(means, key=means.get, default=None)

    @property
    def errors_(self):
        """Errors by model and fold."""
        errors = {
            name: {fold.fold: fold.message for fold in folds if fold.message}
            for name, folds in self._results.items()
        }
        return {name: folds for name, folds in errors.items() if folds}

    @property
    def n_unlabelled_(self):
        """Samples without a label in each training fold, by model."""
        return {name: folds[0].n_unlabelled for name, folds in self._results.items()}

    @property
    def shared_seconds_(self):
        """Seconds in steps that ran once for all."""
        return sum(group["seconds"] for group in self.shared_steps)

    @property
    def saved_seconds_(self):
        """Seconds that the shared steps would have taken more without sharing."""
        return sum(group["saved_seconds"] for group in self.shared_steps)

    def rows(self, confidence=0.95):
        """Make the table in plain Python, for those who have no pandas.

        Parameters
        ----------
        confidence : float, default=0.95
            Coverage of the intervals.

        Returns
        -------
        list of dict
            One for each model, with the columns of `table`.
        """
        return model_rows(self._results, self.scoring, plain(confidence))

    def table(self, confidence=0.95):
        """Means over the finished folds, a row for each model.

        Parameters
        ----------
        confidence : float, default=0.95
            Coverage of the intervals, which are corrected for overlapping training
            sets (Nadeau & Bengio 2003).

        Returns
        -------
        DataFrame of shape (n_models, n_columns)
            For each score ``_mean``, ``_sd`` (over the folds), ``_low`` and ``_high``
            (confidence interval of the mean); mean ``fit_seconds``,
            ``predict_seconds`` and ``model_bytes`` (pickled); ``n_unlabelled`` samples
            without a label in each training fold; ``n_folds`` that finished and
            ``n_failed``. NaN where the folds do not allow a figure.
        """
        return data_frame(self.rows(confidence), index="model")

    def folds(self):
        """Scores and costs of every fold.

        Returns
        -------
        DataFrame of shape (n_models * n_folds, n_columns)
            ``model``, ``fold``, ``n_train`` and ``n_test`` samples with a label,
            ``n_unlabelled`` to train on, the scores, ``fit_seconds``,
            ``predict_seconds``, ``model_bytes`` and ``error``.
        """
        return data_frame(self.fold_rows())

    def fold_rows(self):
        """Give `folds` in plain Python, for those who have no pandas.

        Returns
        -------
        list of dict
            One for each model and fold, with the columns of `folds`.
        """
        return fold_rows(self._results, self.scoring)

    def significance(self, *, rope=0.01, alpha=0.05):
        """Compare every pair of models by every score.

        Parameters
        ----------
        rope : float or dict of str to float, default=0.01
            Half the width of the region of practical equivalence, in the unit of the
            score: two models whose scores differ by no more are called equivalent. A
            dict gives one for each score.

        alpha : float, default=0.05
            Level of the test, after Holm's correction over the pairs of one score.

        Returns
        -------
        DataFrame of shape (n_scores * n_pairs, 12)
            ``difference`` is the mean of first minus second over the folds that both
            finished; ``t``, ``p_value`` and ``p_holm`` belong to the corrected
            resampled t-test, ``p_first_better``, ``p_equivalent`` and
            ``p_second_better`` to the Bayesian correlated t-test. ``verdict`` follows
            ``p_holm``, or says why the folds do not allow one.
        """
        return data_frame(self.pairs(rope=rope, alpha=alpha))

    def pairs(self, *, rope=0.01, alpha=0.05):
        """Give `significance` in plain Python, for those who have no pandas.

        Parameters
        ----------
        rope : float or dict of str to float, default=0.01
            Half the width of the region of practical equivalence, in the unit of the
            score.

        alpha : float, default=0.05
            Level of the test, after Holm's correction over the pairs of one score.

        Returns
        -------
        list of dict
            One for each score and pair.
        """
        return pair_rows(self._results, self.scoring, plain(rope), plain(alpha))

    def disagreements(self, n=10):
        """Rows on which the models disagree most, out of fold.

        Parameters
        ----------
        n : int, default=10
            Most rows to return.

        Returns
        -------
        ndarray of int
            By falling disagreement: the mean total variation distance between the
            probabilities of two models (a model without probabilities is sure of its
            label). Rows on which all agree entirely are left out.
        """
        apart = disagreement(list(self._beliefs.values()))
        order = np.argsort(-apart, kind="stable")[:n]
        return order[apart[order] > 0]

    def plot(self, confidence=0.95):
        """Draw every fold's scores, their means and confidence intervals.

        Parameters
        ----------
        confidence : float, default=0.95
            Coverage of the intervals.

        Returns
        -------
        matplotlib.figure.Figure
            A panel for each score; losses are shown with their own sign.
        """
        return _plots().plot_scores(self, plain(confidence))

    def plot_confusion(self, *, normalize="true"):
        """Draw a confusion matrix of the out-of-fold predictions of each model.

        Parameters
        ----------
        normalize : {"true", "pred", "all"} or None, default="true"
            Over what the shares are taken; None shows counts.

        Returns
        -------
        matplotlib.figure.Figure
        """
        return _plots().plot_confusion(self, normalize)

    def plot_reliability(self, *, n_bins=10):
        """Draw how often a class is true where a model gives it some probability.

        Parameters
        ----------
        n_bins : int, default=10
            Points of a curve, each over as many samples.

        Returns
        -------
        matplotlib.figure.Figure
            A panel for each class, of which the twelve most frequent are drawn, and
            one for the second where there are two; of
            out-of-fold probabilities. Models without ``predict_proba`` are left out.
        """
        return _plots().plot_reliability(self, n_bins)

    def plot_learning_curves(
        self, *, scoring=None, train_sizes=(0.1, 0.325, 0.55, 0.775, 1.0), n_jobs=None
    ):
        """Fit on growing parts of the training folds and draw the scores.

        Parameters
        ----------
        scoring : str, default=None
            One of scikit-learn's scores; None takes the comparison's first.

        train_sizes : array-like, default=(0.1, 0.325, 0.55, 0.775, 1.0)
            Shares (floats) or numbers (ints) of the training samples of a fold, drawn
            by the comparison's ``random_state``.

        n_jobs : int, default=None
            Jobs for joblib. None means 1 unless in a `joblib.parallel_config` context;
            -1 means all processors.

        Returns
        -------
        matplotlib.figure.Figure
            A panel for each model.

        Notes
        -----
        Every model is fitted again, once for each size and fold, without weights and
        without samples that have no label.
        """
        plots = _plots()
        scoring = self.scoring[0] if scoring is None else plain(scoring)
        curves = {}
        for name, one in prepare_models(self.classifiers, self.X).items():
            curves[name] = learning_curve(
                one.model,
                one.shared.X,
                self.y,
                cv=self.splits_,
                scoring=scoring,
                train_sizes=as_list(train_sizes, "train_sizes expects numbers"),
                n_jobs=plain(n_jobs),
                shuffle=True,
                random_state=self.settings["random_state"],
            )
        return plots.plot_learning_curves(curves, scoring, list(curves))

    def to_html(self, path):
        """Write one self-contained page about the comparison.

        Parameters
        ----------
        path : str or path
            File to write, in UTF-8.

        Notes
        -----
        The page holds table, verdicts, pictures, the ten samples on which the models
        disagree most and what was run. It fetches nothing from outside.
        """
        Path(path).write_text(page(self), encoding="utf-8")

    def _repr_html_(self):
        return fragment(self)

    def __repr__(self):
        return (
            f"Comparison(models={list(self.classifiers)}, n_samples={len(self.y)}, "
            f"n_folds={len(self.splits_)}, best={self.best_!r})"
        )


def _plots():
    # matplotlib is in the extra `plots`: tables need to work without it.
    require("matplotlib")
    return import_module("sklstm.comparison._plots")
