"""Sphinx configuration."""

from sklstm import __version__

project = "sklstm"
author = "The sklstm developers"
copyright = "2026, The sklstm developers"
version = release = __version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "numpydoc",
    "myst_parser",
    "matplotlib.sphinxext.plot_directive",
]
exclude_patterns = ["_build"]
default_role = "any"
# Methods that come from scikit-learn refer to labels and terms of its documentation.
suppress_warnings = ["ref.any", "ref.ref", "ref.term"]

autosummary_generate = True
autodoc_default_options = {"members": True, "inherited-members": False}
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

plot_include_source = False
plot_html_show_source_link = False
plot_html_show_formats = False
plot_formats = [("png", 100)]

html_theme = "pydata_sphinx_theme"
html_title = "sklstm"
html_theme_options = {"show_prev_next": False, "secondary_sidebar_items": ["page-toc"]}
