"""The engine room: plain torch, without scikit-learn and without skorch."""
