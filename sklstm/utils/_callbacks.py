"""scikit-learn's callbacks where it has them (1.9 and later), nothing elsewhere."""

try:
    from sklearn.callback import CallbackSupportMixin, with_callbacks
except ImportError:

    class CallbackSupportMixin:
        """Stand-in for an older scikit-learn: nothing can be registered."""

    def with_callbacks(method):
        """Return the method as it is."""
        return method


class TaskReporter:
    """Tells the callbacks of an estimator about a fit and its epochs.

    Parameters
    ----------
    estimator : estimator instance
        With `CallbackSupportMixin`; with an older scikit-learn nothing is told.

    max_epochs : int
        The most epochs to come.
    """

    def __init__(self, estimator, max_epochs):
        self.estimator = estimator
        self.context = None
        if hasattr(estimator, "_init_callback_context"):
            self.context = estimator._init_callback_context(max_subtasks=max_epochs)
            self.context.call_on_fit_task_begin(estimator=estimator)

    def epoch(self, **fitted_attributes):
        """Report a finished epoch; return whether a callback asks to stop."""
        if self.context is None:
            return False
        task = self.context.subcontext(task_name="epoch")
        task.call_on_fit_task_begin(estimator=self.estimator)
        stop = task.call_on_fit_task_end(
            estimator=self.estimator, reconstruction_attributes=fitted_attributes
        )
        return bool(stop)

    def close(self):
        """Report the end of the fit."""
        if self.context is not None:
            self.context.call_on_fit_task_end(estimator=self.estimator)
