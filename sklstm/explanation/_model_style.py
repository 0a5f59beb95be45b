"""What pages about whole models add to the style of explanations."""

from sklstm.explanation import _style

KIND = "sklstm-explanation"
PAGE_STYLE = _style.PAGE_STYLE
STYLE = (
    _style.STYLE
    + """
.sklstm-explanation .wide th, .sklstm-explanation .wide td {
  border-bottom: 1px solid #8883; padding: 0.25rem 0.9rem 0.25rem 0; }
.sklstm-explanation .wide tbody th { font-weight: 600; }
.sklstm-explanation .wide thead .figure { white-space: normal; }
.sklstm-explanation .wide .text { min-width: 11rem; }
"""
)
