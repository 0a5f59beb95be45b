"""How a comparison looks on a page and in a notebook."""

# Of the whole page: a notebook has colours and paper of its own.
PAGE_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1d2329; }
body { margin: 0; background: var(--paper); color: var(--ink); }
.sklstm-comparison { margin: 0 auto; padding: 1.25rem 1.5rem 3rem; max-width: 74rem; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #16191d; --ink: #dfe3e8; }
  .sklstm-comparison img { filter: invert(0.91) hue-rotate(180deg); }
}
@media (max-width: 40rem) {
  .sklstm-comparison { padding: 0.75rem 0.9rem 2rem; }
}
:lang(zh) .sklstm-comparison .references :is(th, td) { font-style: normal; }
@page { margin: 14mm 12mm; }
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; }
  .sklstm-comparison { padding: 0; max-width: none; font-size: 9.5pt; }
  .sklstm-comparison img { filter: none; }
}
"""

# Translucent greys suit light and dark notebooks alike.
STYLE = """
.sklstm-comparison { font: 1rem/1.45 system-ui, -apple-system, "Segoe UI", "Noto Sans",
  "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  overflow-wrap: anywhere; }
.sklstm-comparison h2 { font-size: 0.95rem; font-weight: 600; margin: 0; opacity: 0.7; }
.sklstm-comparison h3 { font-size: 1.2rem; line-height: 1.3; margin: 2.2rem 0 0.5rem;
  padding-top: 0.9rem; border-top: 1px solid #8884; }
.sklstm-comparison p { margin: 0.4rem 0; }
.sklstm-comparison .answer { font-size: 1.45rem; line-height: 1.3; font-weight: 600;
  margin: 0.5rem 0 0.25rem; }
.sklstm-comparison .note { font-size: 0.85rem; opacity: 0.75; max-width: 60rem; }
.sklstm-comparison .first { display: grid; gap: 0 1.75rem; align-items: start;
  grid-template-columns: minmax(0, 7fr) minmax(0, 5fr); margin: 0.9rem 0 0.5rem; }
.sklstm-comparison .wide { overflow-x: auto; }
.sklstm-comparison table { border-collapse: collapse; margin: 0.4rem 0;
  font-size: 0.9rem; font-variant-numeric: tabular-nums; }
.sklstm-comparison .first table { width: 100%; font-size: 0.95rem; }
.sklstm-comparison th, .sklstm-comparison td { border: 0;
  border-bottom: 1px solid #8883; padding: 0.35rem 0.5rem; text-align: left;
  vertical-align: top; font-weight: normal; overflow-wrap: anywhere;
  min-width: 6.5em; }
.sklstm-comparison thead th { border-bottom: 1px solid #888a; font-size: 0.92em;
  font-weight: 600; vertical-align: bottom; overflow-wrap: normal; }
.sklstm-comparison tbody th:first-child,
.sklstm-comparison table:has(tbody th) thead th:first-child {
  position: sticky; left: 0; background: var(--paper, none); }
.sklstm-comparison .best, .sklstm-comparison .wrong, .sklstm-comparison .notice,
.sklstm-comparison mark { print-color-adjust: exact; }
.sklstm-comparison tbody + tbody { border-top: 2px solid #888a; }
.sklstm-comparison td { background: none; }
.sklstm-comparison small { display: block; font-size: 0.85em; opacity: 0.72;
  font-weight: normal; }
.sklstm-comparison .figure { text-align: right; white-space: nowrap; min-width: 0; }
.sklstm-comparison thead .figure { white-space: normal; }
.sklstm-comparison .text { min-width: 17rem; max-width: 34rem; }
.sklstm-comparison tr.best td, .sklstm-comparison tr.best th:first-child {
  background: linear-gradient(#2e8b5726, #2e8b5726) var(--paper, transparent);
  font-weight: 600; }
.sklstm-comparison tbody.references td, .sklstm-comparison tbody.references th {
  font-style: italic; opacity: 0.85; }
.sklstm-comparison mark { background: #2e8b57; color: #fff; border-radius: 0.6em;
  padding: 0.05em 0.55em; margin-left: 0.4em; font-size: 0.8em; font-style: normal;
  white-space: nowrap; }
.sklstm-comparison td.wrong { background: #c0392b1f; }
.sklstm-comparison .notice { border-left: 4px solid #d99a00; background: #d99a001a;
  padding: 0.6rem 1rem; margin: 0.9rem 0; }
.sklstm-comparison .notice h3 { font-size: 1rem; margin: 0; padding: 0; border: 0; }
.sklstm-comparison .notice ul { margin: 0.3rem 0 0; padding-left: 1.2rem; }
.sklstm-comparison li { margin: 0.2rem 0; }
.sklstm-comparison figure { margin: 0.5rem 0; overflow-x: auto; }
.sklstm-comparison img { max-width: 100%; height: auto; background: #fff; }
.sklstm-comparison summary { cursor: pointer; font-weight: 600; font-size: 0.9rem;
  margin: 0.6rem 0; }
.sklstm-comparison .code { white-space: pre-wrap;
  font: 0.9em/1.4 ui-monospace, monospace; }
@media (max-width: 56rem) {
  .sklstm-comparison .first { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 40rem) {
  .sklstm-comparison .answer { font-size: 1.2rem; }
  .sklstm-comparison .first th, .sklstm-comparison .first td {
    padding: 0.3rem 0.35rem; min-width: 0; }
  .sklstm-comparison .first table { font-size: 0.85rem; }
  .sklstm-comparison .first tbody th { min-width: 5rem; }
  .sklstm-comparison img.large { min-width: 44rem; }
  .sklstm-comparison .text { min-width: 13rem; }
}
@media print {
  .sklstm-comparison .wide { overflow: visible; }
  .sklstm-comparison .first { grid-template-columns: minmax(0, 1fr); }
  .sklstm-comparison table { font-size: 7pt; }
  .sklstm-comparison .first table { font-size: 9.5pt; }
  .sklstm-comparison th, .sklstm-comparison td { padding: 0.2em 0.4em;
    min-width: 5em; }
  .sklstm-comparison .figure { min-width: 0; }
  .sklstm-comparison .text { min-width: 14em; }
  .sklstm-comparison tbody th:first-child,
  .sklstm-comparison table:has(tbody th) thead th:first-child { position: static; }
  .sklstm-comparison tr, .sklstm-comparison figure, .sklstm-comparison li {
    break-inside: avoid; }
  .sklstm-comparison thead { display: table-header-group; }
  .sklstm-comparison h3, .sklstm-comparison summary { break-after: avoid; }
  .sklstm-comparison figure { break-before: avoid; overflow: visible; }
  .sklstm-comparison img, .sklstm-comparison img.large { min-width: 0;
    max-height: 230mm; object-fit: contain; object-position: left; }
  .sklstm-comparison summary { list-style: none; }
  .sklstm-comparison details::details-content { content-visibility: visible;
    display: block; block-size: auto; }
}
"""
