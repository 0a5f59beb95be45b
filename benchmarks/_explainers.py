"""Ways to explain a review: `sklstm.explain`, and its competitors as they come.

Each is a function of a subject, documents and their words that gives one array a
review: what each word adds to the class that the model predicts.
"""

import warnings

import numpy as np
import shap
import torch
from captum.attr import LayerIntegratedGradients
from lime.lime_text import LimeTextExplainer
from torch import nn

from sklstm import explain

N_LIME_SAMPLES = 1000
N_CAPTUM_STEPS = 50
# No word holds white space, nor this character of private use.
BETWEEN, GONE = " ", "\uf8fd"
AT_ONCE = 2000


class Subject:
    """A fitted pipeline that is asked about lists of words.

    Parameters
    ----------
    model : Pipeline
        Its first step cuts documents into words.
    """

    def __init__(self, model):
        self.model = model
        self.segment = model[0]
        self.rest = model[1:]

    def probabilities(self, words):
        """Ask about lists of words: (n_reviews, n_classes)."""
        with warnings.catch_warnings():
            # Reviews without any known word are what is asked about.
            warnings.filterwarnings("ignore", message=".*knows none of the")
            return np.concatenate(
                [
                    self.rest.predict_proba(words[start : start + AT_ONCE])
                    for start in range(0, len(words), AT_ONCE)
                ]
            )

    def predicted(self, words):
        """Column of the class that is predicted for each list of words."""
        return self.probabilities(words).argmax(axis=1)


def explain_with(method):
    """Make a function of one of the methods of `sklstm.explain`."""

    def explain_words(subject, documents, words):
        explanations = explain(
            subject.model, documents, method=method, target="predicted"
        )
        return [each.contributions[:, 0] for each in explanations]

    return explain_words


def explain_at_random(subject, documents, words):
    """Draw contributions: what any method has to beat."""
    rng = np.random.RandomState(0)
    return [rng.uniform(size=len(row)) for row in words]


def explain_with_lime(subject, documents, words):
    """Fit a linear model to the answers on reviews without some words."""
    explainer = LimeTextExplainer(
        split_expression=lambda text: text.split(BETWEEN),
        bow=False,
        mask_string=GONE,
        random_state=0,
    )

    def predict(texts):
        return subject.probabilities([words_of(text) for text in texts])

    contributions = []
    for row, column in zip(words, subject.predicted(words), strict=True):
        explanation = explainer.explain_instance(
            BETWEEN.join(row),
            predict,
            labels=(column,),
            num_features=len(row),
            num_samples=N_LIME_SAMPLES,
        )
        places, weights = zip(*explanation.as_map()[column], strict=True)
        contributions.append(np.zeros(len(row)))
        contributions[-1][list(places)] = weights
    return contributions


def explain_with_shap(subject, documents, words):
    """Share log-odds among groups of words, and within them (Owen values)."""

    def predict(texts):
        answers = subject.probabilities([words_of(text) for text in texts])
        logs = np.log(answers.clip(1e-6))
        n_classes = logs.shape[1]
        centred = logs - logs.mean(axis=1, keepdims=True)
        return centred * n_classes / (n_classes - 1)

    masker = shap.maskers.Text(BETWEEN, mask_token=GONE, collapse_mask_token=False)
    explainer = shap.Explainer(predict, masker, algorithm="partition")
    texts = [BETWEEN.join(row) for row in words]
    values = explainer(texts, batch_size=100, silent=True).values
    columns = subject.predicted(words)
    return [given[:, column] for given, column in zip(values, columns, strict=True)]


def words_of(text):
    """Cut a masked text into the words that are left."""
    return text.replace(GONE, BETWEEN).split()


class BatchFirst(nn.Module):
    """The network of an `LSTMClassifier`, in the form that captum expects."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        self.table = network.tables[0]

    def forward(self, codes, lengths):
        """Log-odds of codes (B, T)."""
        steps = self.table(codes).transpose(0, 1)  # (T, B, F)
        logits = self.network.classify(steps, lengths)
        n_classes = logits.shape[1]
        centred = logits - logits.mean(dim=1, keepdim=True)
        return centred * n_classes / (n_classes - 1)


def explain_with_captum(subject, documents, words):
    """Integrate gradients from the vectors of unknown words to those of the words."""
    sequences = subject.rest[:-1].transform(words)
    classifier = subject.rest[-1]
    device = torch.device("cpu")
    network = classifier._trained_network(sequences, device)
    module = BatchFirst(network)
    integrated = LayerIntegratedGradients(module, module.table)
    data = classifier._as_data(sequences)
    contributions = []
    for place, column in enumerate(subject.predicted(words)):
        batch = data.batch([place])
        codes = batch["codes"][:, 0]
        given = integrated.attribute(
            codes,
            baselines=torch.zeros_like(codes),
            additional_forward_args=(batch["lengths"],),
            target=int(column),
            n_steps=N_CAPTUM_STEPS,
        )
        by_step = given.sum(dim=2)[0].detach().numpy().astype(np.float64)
        # Beyond max_length there is nothing to tell.
        own = np.zeros(len(words[place]))
        n_read = min(len(own), int(batch["lengths"][0]))
        own[:n_read] = by_step[:n_read]
        contributions.append(own)
    return contributions


OURS = {
    name: explain_with(name) for name in ("exact", "gradients", "occlusion", "shapley")
}
COMPETITORS = {
    "lime": explain_with_lime,
    "shap": explain_with_shap,
    "captum": explain_with_captum,
}
METHODS = {**OURS, **COMPETITORS, "random": explain_at_random}


def applicable(model, methods):
    """Those of the methods that can explain a model of this name."""
    only_lstm, all_others = {"gradients", "captum"}, {"exact"}
    refused = all_others if model == "lstm" else only_lstm
    return [name for name in methods if name not in refused]
