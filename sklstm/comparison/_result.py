"""What a comparison found."""

from importlib import import_module
from pathlib import Path

import numpy as np
from sklearn.model_selection import learning_curve

from sklstm.comparison._choice import choose
from sklstm.comparison._classes import class_rows, prediction_rows
from sklstm.comparison._explaining import Explained
from sklstm.comparison._findings import findings
from sklstm.comparison._folds import fit_clone
from sklstm.comparison._out_of_fold import (
    disagreement,
    majority,
    mean_probabilities,
    vote_shares,
)
from sklstm.comparison._repeats import n_leaks
from sklstm.comparison._report import fragment, page
from sklstm.comparison._shared_steps import prepare_models
from sklstm.comparison._summary import fold_rows, model_rows, pair_rows
from sklstm.comparison._text_report import summary
from sklstm.comparison._words import Words
from sklstm.display._optional import data_frame, require
from sklstm.utils import as_list, plain


class Comparison:
    """What `compare_classifiers` found: tables, verdicts, pictures and a report.

    Parameters
    ----------
    classifiers : dict of str to classifier
        The unfitted models by name.

    samples : LabelledSamples
        Samples with their labels and weights, and those without a label.

    splits : list of (train, test)
        Rows of each fold.

    results : dict of str to list of FoldResult
        By model, in the order of the folds.

    references : ReferenceRows
        What the models are measured against.

    scorers : dict of str to Scorer
        By name.

    shared_steps : list of dict
        The steps that ran once: their names, models and seconds.

    repeated : RepeatedTexts or None
        Texts that stand in the data more than once.

    best_by : str or None
        Score that decides which model is the best.

    robustness : Robustness or None
        Scores on perturbed documents.

    settings : dict
        How the comparison was called, and on what it ran.

    Attributes
    ----------
    best_ : str or None
        The model to take; None where no fold of any model finished. See Notes.

    choice_ : Choice
        The same with what decided it: ``best``, ``score``, ``top`` (the best mean),
        ``tied`` (models that are as good) and ``decided_by``.

    classes_ : ndarray of shape (n_classes,)
        Labels in the order of the columns of probabilities.

    errors_ : dict of str to dict of int to str
        By model and fold, the error of each fold that failed.

    splits_ : list of (train, test)
        Rows of each fold, the same for every model.

    duplicate_groups_ : ndarray of shape (n_samples,) or None
        Number of the group of equal and nearly equal texts that a sample belongs to;
        None where the samples are no documents.

    row_names_ : list of length n_samples
        How rows are called in tables and findings: their places, counted from 0. May be
        set, for example to row numbers of a file.

    n_leaks_ : int
        Tests of a text of which the training fold had an equal one: 0 where equal texts
        are kept together.

    findings_ : list of str
        What is to be known before the scores are believed: repeated texts, the same
        text with different labels, rare classes, classes that a model never predicts,
        models that are not shown to be better than always guessing the majority.

    robustness_ : Robustness or None
        Scores of the same models on perturbed documents, if they were asked for.

    explained_ : Explained
        Of ``compare_classifiers(..., explain=n)``: ``rows`` of the samples that divide
        the models most, ``explanations`` and ``errors``.

    explanations_ : dict of str to Explanations
        By model, why it decides so on these samples, fitted on others; empty where
        nobody asked, and without models that cannot be explained.

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
    The best model has the best mean of the deciding score: the log-loss where every
    model has it, which punishes probabilities without ground, or else the first.
    Others are as good where they lie within one standard error of it (of the difference
    over the same folds, corrected for overlapping training sets): the
    one-standard-error rule [1]_. Among these the one with the least calibration error
    is the best; where several are as good in that, too, the one that takes the least
    time. Models that failed in more folds than others are not chosen, and what is worse
    than always guessing the majority is not as good as what is better.

    Beside the models the tables have the row "together" (the mean log-odds of all that
    have probabilities, out of fold) and the row "majority" (always the most frequent
    class of the training fold). Neither can be the best.

    Holds the samples, so a pickled comparison is at least as large as they are.

    References
    ----------
    .. [1] Breiman, L., Friedman, J. H., Olshen, R. A. & Stone, C. J. (1984).
       Classification and regression trees. Section 3.4.3.
    """

    def __init__(
        self,
        classifiers,
        samples,
        splits,
        results,
        *,
        references,
        scorers,
        shared_steps,
        repeated,
        best_by,
        robustness,
        settings,
    ):
        self.classifiers = classifiers
        self.X = samples.X
        self.y = samples.y
        self.splits_ = splits
        self.scoring = list(scorers)
        self.shared_steps = shared_steps
        self.settings = settings
        self.classes_ = np.unique(samples.y)
        self._samples = samples
        self._results = results
        self._references = references
        self.robustness_ = robustness
        self.explained_ = Explained()
        self._bounds = {name: scorer.bounds for name, scorer in scorers.items()}
        self._repeated = repeated
        self.duplicate_groups_ = None if repeated is None else repeated.groups
        self.n_leaks_ = n_leaks(splits, repeated)
        self.row_names_ = list(range(len(samples.y)))
        self.choice_ = choose(
            results, self.scoring, best_by, references.folds[references.majority]
        )
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
        """The model to take."""
        return self.choice_.best

    @property
    def findings_(self):
        """What is to be known before the scores are believed."""
        return findings(self)

    @property
    def warnings_(self):
        """By model, what was warned of in its folds and in which of them."""
        warned = {}
        for name, folds in self._results.items():
            for fold in folds:
                for message, _ in fold.warnings:
                    warned.setdefault((name, message), set()).add(fold.fold)
        return [
            {"model": name, "folds": sorted(folds), "message": message}
            for (name, message), folds in warned.items()
        ]

    @property
    def errors_(self):
        """Errors by model and fold."""
        errors = {
            name: {fold.fold: fold.message for fold in folds if fold.message}
            for name, folds in self._results.items()
        }
        return {name: folds for name, folds in errors.items() if folds}

    @property
    def explanations_(self):
        """By model, why it decides so on the samples that divide the models most."""
        return self.explained_.explanations

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
        """Make the table as rows of plain Python.

        Parameters
        ----------
        confidence : float, default=0.95
            Coverage of the intervals.

        Returns
        -------
        list of dict
            One for each model and reference, with the columns of `table`.
        """
        results = self._references.beside(self._results)
        return model_rows(results, self.scoring, plain(confidence), self._bounds)

    def table(self, confidence=0.95):
        """Means over the finished folds: models, all together, and the majority guess.

        Parameters
        ----------
        confidence : float, default=0.95
            Coverage of the intervals, which are corrected for overlapping training
            sets (Nadeau & Bengio 2003). Those of scores with bounds stay within them:
            they are computed on the scale of log-odds (of the logarithm, where there
            is one bound).

        Returns
        -------
        DataFrame of shape (n_models + 2, n_columns)
            For each score ``_mean``, ``_sd`` (over the folds), ``_low`` and ``_high``
            (confidence interval of the mean); mean ``calibration_error`` (expected, of
            the predicted class, over ten bins of equal size), ``fit_seconds``,
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
            ``n_unlabelled`` to train on, the scores, ``calibration_error``,
            ``fit_seconds``, ``predict_seconds``, ``model_bytes`` and ``error``.
        """
        return data_frame(self.fold_rows())

    def fold_rows(self):
        """Give `folds` as rows of plain Python.

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
        """Give `significance` as rows of plain Python.

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

    def classes(self):
        """Tell how each model does on each class, out of fold.

        Returns
        -------
        DataFrame of shape (n_models * n_classes, 8)
            ``model``, ``class``, ``precision`` (NaN where the class is never
            predicted), ``recall``, ``f1``, ``average_precision``, ``support`` (samples
            of the class) and ``predicted`` (samples that the model takes for it).
        """
        return data_frame(self.class_rows())

    def class_rows(self):
        """Give `classes` as rows of plain Python.

        Returns
        -------
        list of dict
            One for each model and class, with the columns of `classes`.
        """
        beliefs = self.out_of_fold_probabilities_
        return class_rows(self.y, self.classes_, self._codes, beliefs)

    def duplicates(self):
        """List the texts that stand in the data more than once, or nearly so.

        Returns
        -------
        DataFrame of shape (n_repeated, 6)
            ``group``, ``row``, ``label``, ``equal`` (whether another text is equal and
            not only nearly so), ``conflict`` (whether an equal one bears another label)
            and ``text``, group by group.
        """
        return data_frame(self.duplicate_rows())

    def duplicate_rows(self):
        """Give `duplicates` as rows of plain Python.

        Returns
        -------
        list of dict
            One for each repeated text, with the columns of `duplicates`.
        """
        if self._repeated is None:
            return []
        rows = self._repeated.rows(self._samples.documents)
        return [row | {"row": self.row_names_[row["row"]]} for row in rows]

    def predictions(self, model=None):
        """List what every model says of every sample, the surest mistakes first.

        Parameters
        ----------
        model : str, default=None
            Whose mistakes come first, by falling certainty; then what it has right, by
            rising certainty. None takes the best.

        Returns
        -------
        DataFrame of shape (n_tested, 2 + 2 * n_models)
            ``row``, ``label``, and out of fold for each model ``predicted <model>``,
            and ``probability <model>`` of that label. Where samples are texts, ``text``
            comes last.
        """
        return data_frame(self.prediction_rows(model))

    def prediction_rows(self, model=None):
        """Give `predictions` as rows of plain Python.

        Parameters
        ----------
        model : str, default=None
            Whose mistakes come first. None takes the best.

        Returns
        -------
        list of dict
            One for each sample that was tested, with the columns of `predictions`.
        """
        rows = prediction_rows(self, self._named(model))
        return [row | {"row": self.row_names_[row["row"]]} for row in rows]

    def fit_best(self, model=None):
        """Fit the chosen model on all samples, those without a label included.

        Parameters
        ----------
        model : str, default=None
            Another one. None takes the best.

        Returns
        -------
        classifier
            A fitted clone.

        Raises
        ------
        KeyboardInterrupt
            If Ctrl-C came while it was fitted, even where it keeps its best epoch.
        """
        name, samples = self._named(model), self._samples
        marking = samples.markings.get(name)
        n_rows = len(self.y) + (0 if marking is None else samples.n_unlabelled)
        X = self.X if marking is None else samples.with_unlabelled
        weight = samples.sample_weight
        weight = None if weight is None else weight[:n_rows]
        fitted, _ = fit_clone(self.classifiers[name], X, self.y, weight, marking)
        return fitted

    def _named(self, model):
        name = self.best_ if model is None else plain(model)
        if name not in self.classifiers:
            raise ValueError(
                f"Comparison expects one of its models, {list(self.classifiers)}; got "
                f"{name!r}."
            )
        return name

    def disagreements(self, n=10):
        """Rows on which the models disagree most, out of fold.

        Parameters
        ----------
        n : int, default=10
            Most rows to return.

        Returns
        -------
        ndarray of int
            First those whose label they do not agree on, then by falling disagreement:
            the mean total variation distance between the probabilities of two models (a
            model without probabilities is sure of its label). Rows on which all agree
            entirely are left out, and of equal texts all but one.
        """
        apart = disagreement(list(self._beliefs.values()))
        codes = np.array(list(self._codes.values()))
        known = np.where(codes < 0, codes.max(axis=0), codes)
        differ = (known != known[0]).any(axis=0)
        order = np.lexsort((-apart, ~differ))
        if self.duplicate_groups_ is not None:
            _, first = np.unique(self.duplicate_groups_[order], return_index=True)
            order = order[np.sort(first)]
        return order[apart[order] > 0][:n]

    def plot(self, confidence=0.95, *, scoring=None, language="en"):
        """Draw every fold's scores, their means and confidence intervals.

        Parameters
        ----------
        confidence : float, default=0.95
            Coverage of the intervals.

        scoring : str, default=None
            One of the comparison's scores; None draws all.

        language : {"en", "zh"} or None, default="en"
            Of what is written; None takes that of the locale.

        Returns
        -------
        matplotlib.figure.Figure
            A panel for each score; losses are shown with their own sign. A dashed line
            stands where always guessing the majority is; the best model is green.
        """
        plots, scoring = _plots(), plain(scoring)
        if scoring is not None and scoring not in self.scoring:
            raise ValueError(
                f"Comparison expects one of its scores, {self.scoring}; got "
                f"{scoring!r}."
            )
        drawn = self.scoring if scoring is None else [scoring]
        return plots.plot_scores(self, drawn, plain(confidence), Words(language))

    def plot_confusion(self, *, normalize="true", language="en"):
        """Draw a confusion matrix of the out-of-fold predictions of each model.

        Parameters
        ----------
        normalize : {"true", "pred", "all"} or None, default="true"
            Over what the shares are taken; None shows counts.

        language : {"en", "zh"} or None, default="en"
            Of what is written; None takes that of the locale.

        Returns
        -------
        matplotlib.figure.Figure
        """
        return _plots().plot_confusion(self, normalize, Words(language))

    def plot_reliability(self, *, n_bins=10, language="en"):
        """Draw how often a class is right where a model gives it some probability.

        Parameters
        ----------
        n_bins : int, default=10
            Points of a curve, each over as many samples.

        language : {"en", "zh"} or None, default="en"
            Of what is written; None takes that of the locale.

        Returns
        -------
        matplotlib.figure.Figure
            A panel for each class, or for the second of two. Where there are more than
            four, one panel shows how often the predicted class is right. Of
            out-of-fold probabilities; models without ``predict_proba`` are left out.
        """
        return _plots().plot_reliability(self, n_bins, Words(language))

    def plot_learning_curves(
        self,
        *,
        scoring=None,
        train_sizes=(0.1, 0.325, 0.55, 0.775, 1.0),
        n_jobs=None,
        language="en",
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

        language : {"en", "zh"} or None, default="en"
            Of what is written; None takes that of the locale.

        Returns
        -------
        matplotlib.figure.Figure
            A panel for each model.

        Notes
        -----
        Every model is fitted again, once for each size and fold, without weights and
        without samples that have no label.
        """
        plots, say = _plots(), Words(language)
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
        return plots.plot_learning_curves(curves, scoring, list(curves), say)

    def summary(self, *, language="en"):
        """Write the answer, what is to be noted, and the scores, for a terminal.

        Parameters
        ----------
        language : {"en", "zh"} or None, default="en"
            Of what is written; None takes that of the locale.

        Returns
        -------
        str
        """
        return summary(self, Words(language))

    def to_html(self, path, *, language="en"):
        """Write one self-contained page about the comparison.

        Parameters
        ----------
        path : str or path
            File to write, in UTF-8.

        language : {"en", "zh"} or None, default="en"
            Of what is written; None takes that of the locale.

        Notes
        -----
        The page begins with the answer, what is to be noted and the scores; classes,
        calibration, mistakes, verdicts and what was run follow. It fetches nothing from
        outside.
        """
        Path(path).write_text(page(self, Words(language)), encoding="utf-8")

    def _repr_html_(self):
        return fragment(self, Words())

    def __repr__(self):
        return (
            f"Comparison(models={list(self.classifiers)}, n_samples={len(self.y)}, "
            f"n_folds={len(self.splits_)}, best={self.best_!r})"
        )


def _plots():
    # matplotlib is in the extra `plots`: tables need to work without it.
    require("matplotlib")
    return import_module("sklstm.comparison._plots")
