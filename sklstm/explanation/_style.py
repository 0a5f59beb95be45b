"""How an explanation looks on a page and in a notebook."""

# Blue and orange stay apart for every kind of colour vision; underlines, solid and
# dashed, and the sides of the bars tell the signs where there is no colour. Ink on the
# strongest mark has a contrast of more than 4.5:1.
_LIGHT = """--paper: #fff; --ink: #1d2329;
  --for: 107 171 242; --against: 246 166 75;
  --edge-for: #0b4a94; --edge-against: #8a3b00;"""
_DARK = """--paper: #16191d; --ink: #dfe3e8;
  --for: 24 88 168; --against: 150 70 0;
  --edge-for: #7fb9ff; --edge-against: #ffb066;"""

# Of a notebook or an editor with a theme of its own, whatever the system's is.
_LIGHT_THEME = ':is([data-jp-theme-light="true"], .vscode-light)'
_DARK_THEME = ':is([data-jp-theme-light="false"], .vscode-dark, .theme-dark)'

STYLE = (
    f"""
.sklstm-explanation {{ {_LIGHT}
  background: var(--paper); color: var(--ink); padding: 0.25rem 0.75rem 0.75rem;
  font: 1rem/1.45 system-ui, -apple-system, "Segoe UI", "Noto Sans", "PingFang SC",
  "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; overflow-wrap: anywhere; }}
@media (prefers-color-scheme: dark) {{
  .sklstm-explanation {{ {_DARK} }}
}}
{_LIGHT_THEME} .sklstm-explanation {{ {_LIGHT} }}
{_DARK_THEME} .sklstm-explanation {{ {_DARK} }}
@media print {{
  .sklstm-explanation.sklstm-explanation {{ {_LIGHT} }}
}}
"""
    + """
.sklstm-explanation h2, .sklstm-explanation h3, .sklstm-explanation h4 { margin: 0;
  font-size: 0.95rem; font-weight: 600; line-height: 1.4; color: inherit; }
.sklstm-explanation h2 { opacity: 0.75; }
.sklstm-explanation h3 { margin: 1.6rem 0 0; padding-top: 0.8rem;
  border-top: 1px solid #8884; }
.sklstm-explanation h4 { margin: 1.1rem 0 0.3rem; }
.sklstm-explanation p { margin: 0.4rem 0; }
.sklstm-explanation .answer { font-size: 1.3rem; font-weight: 600; line-height: 1.3; }
.sklstm-explanation .note { font-size: 0.85rem; opacity: 0.8; max-width: 46rem; }
.sklstm-explanation .document { white-space: pre-wrap; line-height: 2; max-width: 46rem;
  font-size: 1.05rem; margin: 0.5rem 0; text-align: start; unicode-bidi: isolate; }
.sklstm-explanation .for, .sklstm-explanation .against { --w: 1;
  text-decoration: underline 2px solid var(--edge-for); text-underline-offset: 0.2em;
  text-decoration-skip-ink: none; background: rgb(var(--for) / var(--w));
  border-radius: 0.2em; box-decoration-break: clone; print-color-adjust: exact;
  -webkit-box-decoration-break: clone; -webkit-print-color-adjust: exact; }
.sklstm-explanation .against { background: rgb(var(--against) / var(--w));
  text-decoration: underline 2px dashed var(--edge-against); }
.sklstm-explanation .document span { margin: 0 1px; }
.sklstm-explanation del { background: rgb(var(--against)); border-radius: 0.2em;
  text-decoration: line-through 0.12em; padding: 0 0.1em; print-color-adjust: exact;
  -webkit-print-color-adjust: exact; }
.sklstm-explanation .flip { font-weight: 600; margin-top: 1.1rem; }
.sklstm-explanation .weak { text-decoration: none; }
.sklstm-explanation .legend { font-size: 0.85rem; }
.sklstm-explanation .item { display: inline-block; margin-right: 0.8em;
  white-space: nowrap; }
.sklstm-explanation .legend span { padding: 0.1em 0.4em; margin-right: 0.8em; }
.sklstm-explanation .columns { display: grid; gap: 0 2rem; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
.sklstm-explanation .wide { overflow-x: auto; }
.sklstm-explanation table { border-collapse: collapse; margin: 0.2rem 0; border: 0;
  font-size: 0.9rem; font-variant-numeric: tabular-nums; color: inherit; }
.sklstm-explanation .bars { width: 100%; max-width: 32rem; }
.sklstm-explanation tr, .sklstm-explanation tr:hover { background: none; }
.sklstm-explanation th, .sklstm-explanation td { border: 0; font-weight: normal;
  padding: 0.15rem 0.5rem 0.15rem 0; text-align: start; vertical-align: top;
  background: none; overflow-wrap: anywhere; white-space: normal; }
.sklstm-explanation thead th { font-weight: 600; border-bottom: 1px solid #888a; }
.sklstm-explanation .figure { text-align: right; white-space: nowrap; }
.sklstm-explanation tr.shown > * { font-weight: 600; }
.sklstm-explanation tr.total > * { border-top: 1px solid #888a; font-weight: 600; }
.sklstm-explanation .wide td:not(.figure) { min-width: 7em; }
.sklstm-explanation .wide td:first-child { min-width: 4.5em; }
.sklstm-explanation .bars th { max-width: 14rem; }
.sklstm-explanation .bar { position: relative; width: 45%; min-width: 6rem;
  padding: 0.15rem 0; background: linear-gradient(#888a, #888a) center / 1px 100%
  no-repeat; }
.sklstm-explanation .bar span { display: block; height: 1.1em; border-radius: 0;
  width: calc(var(--w) * 50%); margin-left: 50%; background: rgb(var(--for));
  border: 1px solid var(--edge-for); box-sizing: border-box; }
.sklstm-explanation .bar .against { margin-left: calc(50% - var(--w) * 50%);
  background: repeating-linear-gradient(135deg, rgb(var(--against)) 0 4px,
  rgb(var(--against) / 0.45) 4px 7px); border-color: var(--edge-against); }
.sklstm-explanation .strip { margin: 0.5rem 0 0.9rem; max-width: 60rem; }
.sklstm-explanation svg { display: block; width: 100%; height: 3.5rem;
  border: 1px solid #8886; box-sizing: border-box; overflow: hidden; }
.sklstm-explanation svg .for { fill: rgb(var(--for)); }
.sklstm-explanation svg .against { fill: rgb(var(--against)); }
.sklstm-explanation svg .zero { stroke: #888a; stroke-width: 1px;
  vector-effect: non-scaling-stroke; }
.sklstm-explanation svg .line { fill: none; stroke: var(--ink); stroke-width: 1.2px;
  vector-effect: non-scaling-stroke; }
.sklstm-explanation summary { cursor: pointer; font-weight: 600; font-size: 0.9rem;
  margin: 0.8rem 0 0.3rem; }
@media print {
  .sklstm-explanation { padding: 0; font-size: 10pt; }
  .sklstm-explanation tr, .sklstm-explanation .strip { break-inside: avoid; }
  .sklstm-explanation h3, .sklstm-explanation h4 { break-after: avoid; }
  .sklstm-explanation summary { list-style: none; }
  .sklstm-explanation details::details-content { content-visibility: visible;
    display: block; block-size: auto; }
}
"""
)

# Of the whole page: a notebook has paper of its own.
PAGE_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; background: #fff; }
body > .sklstm-explanation { margin: 0 auto; padding: 1.25rem 1.5rem 3rem;
  max-width: 60rem; }
@media (prefers-color-scheme: dark) {
  body { background: #16191d; }
}
@media (max-width: 40rem) {
  body > .sklstm-explanation { padding: 0.75rem 0.9rem 2rem; }
}
@page { margin: 14mm 12mm; }
@media print {
  :root { color-scheme: light; }
  body { background: #fff; }
  body > .sklstm-explanation { padding: 0; max-width: none; }
}
"""
