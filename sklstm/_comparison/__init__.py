"""The works behind `sklstm.comparison`: run, judge, draw and report."""
