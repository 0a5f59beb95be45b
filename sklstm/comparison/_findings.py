"""What is to be known before scores are believed, and the answer that they give."""

import numpy as np

from sklstm.comparison._summary import NO_DIFFERENCE, pair_rows, score_title
from sklstm.comparison._words import Words
from sklstm.display._text_table import shorten, shown_name

_FEW = 20
_IMBALANCED = 0.8
_HARDLY = 0.2  # of a class
_MOST_NAMES, _MOST_GROUPS = 10, 5
_MOST_COLUMNS, _MOST_LABEL = 200, 30
_RELATIONS = (
    "shown better",
    "tie",
    "no difference from",
    "shown worse",
    "no verdict",
)
# Scores that do not flatter whoever always guesses the majority.
_FAIR_TO_CLASSES = ("balanced_accuracy", "f1_macro")


def findings(comparison, say=None):
    """Say what is to be noted.

    Parameters
    ----------
    comparison : Comparison
        What was found.

    say : Words, default=None
        None speaks English.

    Returns
    -------
    list of str
        A sentence or two each.
    """
    say = say or Words()
    return [
        *_one_sided_folds(comparison, say),
        *_repeated(comparison, say),
        *_conflicts(comparison, say),
        *_rare(comparison, say),
        *_never_predicted(comparison, say),
        *_hardly_found(comparison, say),
        *_no_better_than_guessing(comparison, say),
        *_worse_than_no_probabilities(comparison, say),
        *_failed(comparison, say),
        *_without_probabilities(comparison, say),
        *_warned(comparison, say),
    ]


def _one_sided_folds(comparison, say):
    y = comparison.y
    n = sum(len(np.unique(y[train])) < 2 for train, _ in comparison.splits_)
    if n:
        yield say("one class", n=n, total=len(comparison.splits_))


def _repeated(comparison, say):
    repeated = comparison._repeated
    if repeated is None or not len(repeated.repeated):
        return
    rows, leaks = repeated.repeated, comparison.n_leaks_
    yield say(
        "repeated",
        n=len(rows),
        total=len(comparison.y),
        groups=repeated.n_groups,
        different=len(np.unique(repeated.groups)),
        rows=_listed([comparison.row_names_[row] for row in rows], say),
        kept=say("not kept", leaks=leaks) if leaks else say("kept"),
    )


def _conflicts(comparison, say):
    repeated = comparison._repeated
    rows = () if repeated is None else repeated.conflicting
    if not len(rows):
        return
    groups = repeated.groups[rows]
    numbers = list(dict.fromkeys(groups.tolist()))
    described = [
        say.list(
            say(
                "conflict",
                row=comparison.row_names_[row],
                label=_label(comparison.y[row]),
            )
            for row in rows[groups == number][:_MOST_GROUPS].tolist()
        )
        for number in numbers[:_MOST_GROUPS]
    ]
    more = ["…"] if len(numbers) > _MOST_GROUPS else []
    listed = say("semicolon").join(described + more)
    yield say("conflicts", groups=len(numbers), rows=listed)


def _rare(comparison, say):
    labels, counts = np.unique(comparison.y, return_counts=True)
    few = np.flatnonzero(counts < _FEW)
    if len(few):
        rarest = few[np.argsort(counts[few], kind="stable")]
        names = [
            say("figure of", name=_label(labels[place]), figure=counts[place])
            for place in rarest
        ]
        yield say("few", labels=_listed(names, say))
    share = counts.max() / counts.sum()
    if share >= _IMBALANCED:
        label = _label(labels[counts.argmax()])
        yield say("imbalanced", share=share, label=label, figure=f"{share:.3f}")


def _never_predicted(comparison, say):
    true = np.searchsorted(comparison.classes_, comparison.y)
    for name, codes in comparison._codes.items():
        tested = codes >= 0
        missed = sorted(set(true[tested].tolist()) - set(codes[tested].tolist()))
        if missed:
            names = [_label(comparison.classes_[place]) for place in missed]
            yield say("never", name=shown_name(name), labels=_listed(names, say))


def _hardly_found(comparison, say):
    """Name classes of which a model finds some but misses most."""
    for name in comparison._results:
        hardly = [
            say(
                "found",
                n=round(row["recall"] * row["support"]),
                total=row["support"],
                label=_label(row["class"]),
            )
            for row in comparison.class_rows()
            if row["model"] == name and row["predicted"] and row["recall"] < _HARDLY
        ]
        if hardly:
            yield say("hardly", name=shown_name(name), found=_listed(hardly, say))


def _no_better_than_guessing(comparison, say):
    score = _plain_score(comparison)
    other = figure(comparison, comparison._references.majority, score)
    names = [
        say("figure of", name=shown_name(name), figure=figure(comparison, name, score))
        for name in comparison._results
        if not is_better_than_guessing(comparison, name)
    ]
    if names:
        label, score = most_frequent(comparison), title(score, say)
        names = say.list(names)
        yield say("no better", names=names, label=label, score=score, other=other)


def _worse_than_no_probabilities(comparison, say):
    """Name models whose certainty is worth less than the shares of the classes."""
    score = "neg_log_loss"
    if score not in comparison.scoring:
        return
    losses = {row["model"]: -row[f"{score}_mean"] for row in comparison.rows()}
    majority = comparison._references.majority
    guess = losses[majority]
    names = [
        say("figure of", name=shown_name(name), figure=f"{losses[name]:.3f}")
        for name in comparison._results
        if score in scores_shown_better(comparison, majority, name)
        and losses[name] > 1.01 * guess
    ]
    if names:
        yield say("overconfident", names=say.list(names), other=f"{guess:.3f}")


def is_better_than_guessing(comparison, name):
    """Tell whether a model is shown to be better than always guessing the majority.

    Parameters
    ----------
    comparison : Comparison
        What was found.

    name : str
        The model.

    Returns
    -------
    bool
        By the score that people know, or by one that is fair to all classes.
    """
    guess, score = comparison._references.majority, _plain_score(comparison)
    if "-" in (figure(comparison, name, score), figure(comparison, guess, score)):
        return True  # nothing is known
    better = scores_shown_better(comparison, name, guess)
    return not {score, *_FAIR_TO_CLASSES}.isdisjoint(better)


def _plain_score(comparison):
    """Name the score to talk about: the deciding one, but accuracy for the log-loss."""
    score = comparison.choice_.score
    if score == "neg_log_loss" and "accuracy" in comparison.scoring:
        return "accuracy"
    return score


def scores_shown_better(comparison, name, than):
    """Scores by which the folds show one row of the table better than another.

    Parameters
    ----------
    comparison : Comparison
        What was found.

    name, than : str
        A model or reference each.

    Returns
    -------
    list of str
    """
    results = comparison._references.beside(comparison._results)
    both = {row: results[row] for row in (name, than)}
    return [
        pair["score"]
        for pair in pair_rows(both, comparison.scoring, 0.0, 0.05)
        if pair["difference"] > 0 and pair["verdict"] != NO_DIFFERENCE
    ]


def _failed(comparison, say):
    for name, folds in comparison._results.items():
        failed = [fold for fold in folds if not fold.finished]
        if failed:
            error = shorten(failed[0].error, _MOST_COLUMNS)
            total, name = len(folds), shown_name(name)
            yield say("failed", name=name, n=len(failed), total=total, error=error)


def _without_probabilities(comparison, say):
    if comparison.choice_.score == "neg_log_loss":
        return
    known = comparison.out_of_fold_probabilities_
    names = [n for n, folds in comparison._results.items() if n not in known]
    names = [n for n in names if any(f.finished for f in comparison._results[n])]
    if names and "neg_log_loss" in comparison.scoring:
        score = title(comparison.choice_.score, say)
        names = say.list(map(shown_name, names))
        yield say("no probabilities", names=names, score=score)


def _warned(comparison, say):
    for warned in comparison.warnings_:
        folds = say.list(str(fold + 1) for fold in warned["folds"])
        everywhere = len(warned["folds"]) == len(comparison.splits_)
        yield say(
            "warned",
            name=shown_name(warned["model"]),
            folds=say("in all folds") if everywhere else say("in folds", folds=folds),
            message=shorten(warned["message"], _MOST_COLUMNS),
        )


def answer(comparison, say):
    """Say in a few sentences which model to take, and how sure that is.

    Parameters
    ----------
    comparison : Comparison
        What was found.

    say : Words
        Of one language.

    Returns
    -------
    list of str
        Sentences; the first two are the answer.
    """
    choice = comparison.choice_
    if choice.best is None:
        return [say("nothing finished")]
    sentences = [_first_sentence(comparison, say), _second_sentence(comparison, say)]
    return [*sentences, *_together_sentence(comparison, say)]


def _first_sentence(comparison, say):
    choice, guess = comparison.choice_, comparison._references.majority
    score, too = _plain_score(comparison), ""
    if score != choice.score:
        value = figure(comparison, choice.best, choice.score)
        too = say("too", score=title(choice.score, say), figure=value)
    is_better = is_better_than_guessing(comparison, choice.best)
    return say(
        "answer" if is_better else "no answer",
        best=shown_name(choice.best),
        score=title(score, say),
        figure=figure(comparison, choice.best, score),
        too=too,
        label=most_frequent(comparison),
        guess=figure(comparison, guess, score),
    )


def _second_sentence(comparison, say):
    choice = comparison.choice_
    others = [name for name in comparison.classifiers if name != choice.best]
    if not others:
        return say("alone")
    groups = {relation: [] for relation in _RELATIONS}
    for pair in comparison.pairs():
        names = {pair["first"], pair["second"]}
        if pair["score"] == choice.score and choice.best in names:
            (other,) = names - {choice.best}
            groups[_relation(pair, other, choice)].append(shown_name(other))
    sentences = []
    for relation, names in groups.items():
        if names:
            values = {"names": say.list(names), "score": title(choice.score, say)}
            sentences.append(say(relation, **values))
        if names and relation == "tie":
            sentences.append(say(f"tie {choice.decided_by}"))
    return say("space").join(sentences)


def _relation(pair, other, choice):
    if pair["verdict"] == NO_DIFFERENCE or pair["difference"] == 0:
        return "tie" if other in choice.tied else "no difference from"
    if pair["verdict"].startswith("no verdict"):
        return "no verdict"
    is_first = pair["first"] == choice.best
    return "shown better" if (pair["difference"] > 0) == is_first else "shown worse"


def _together_sentence(comparison, say):
    name, score = comparison._references.together, comparison.choice_.score
    if name not in comparison._references.folds:
        return
    key = "together no better"
    if score in scores_shown_better(comparison, name, comparison.best_):
        key = "together better"
    elif score in scores_shown_better(comparison, comparison.best_, name):
        key = "together worse"
    value = figure(comparison, name, score)
    if value != "-":
        yield say(key, score=title(score, say), figure=value)


def title(score, say):
    """Give a score the name that people know.

    Parameters
    ----------
    score : str
        scikit-learn's name.

    say : Words
        Of one language.

    Returns
    -------
    str
    """
    key = f"score {score}"
    return say(key) if key in say else shown_name(score_title(score)[0])


def figure(comparison, name, score):
    """Write the mean of a score as people know it; a dash where there is none.

    Parameters
    ----------
    comparison : Comparison
        What was found.

    name : str
        A model or reference.

    score : str
        Its name.

    Returns
    -------
    str
    """
    row = next(row for row in comparison.rows() if row["model"] == name)
    mean = row[f"{score}_mean"]
    return "-" if np.isnan(mean) else f"{score_title(score)[1] * mean:.3f}"


def most_frequent(comparison):
    """Name the class that most samples have.

    Parameters
    ----------
    comparison : Comparison
        What was found.

    Returns
    -------
    str
    """
    labels, counts = np.unique(comparison.y, return_counts=True)
    return _label(labels[counts.argmax()])


def _listed(names, say):
    more = ["…"] if len(names) > _MOST_NAMES else []
    return say.list([*map(str, names[:_MOST_NAMES]), *more])


def _label(label):
    return shorten(shown_name(label), _MOST_LABEL)
