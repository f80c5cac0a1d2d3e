"""The frame of a page that is one file, with its style: a report's, and those that commands write.

The names after a dollar sign are filled in.
"""

from string import Template
from typing import Final

PAGE: Final = Template(
    """\
<!doctype html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>$title</title>
<style>
:root { color-scheme: light dark; --ink: #1c2126; --soft: #59636e; --paper: #fff; --line: #d5dbe1;
  --main: #1f5fbf; --warm: #a8480f; --rest: #c3cad2; --focus: #d97706; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf0; --soft: #a3adb8; --paper: #14181c;
  --line: #38414a; --main: #7db1ff; --warm: #f0a36b; --rest: #56616c; --focus: #fbbf24; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1rem 1rem 4rem; background: var(--paper); color:
  var(--ink); font: 1rem/1.5 system-ui, "Noto Sans KR", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 1rem 0 .25rem; }
h2, caption { font-size: 1.2rem; font-weight: 700; text-align: left; margin: 2rem 0 .5rem; }
:lang(ko) { word-break: keep-all; }
.date { white-space: nowrap; }
ul { margin: .5rem 0; padding-left: 1.25rem; }
code { font-family: ui-monospace, monospace; font-size: .9em; }
.finding { font-size: 1.15rem; max-width: 44rem; }
.soft { color: var(--soft); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
caption { margin: 2rem 0 0; }
th, td { text-align: right; vertical-align: top; padding: .3rem 0 .3rem 1.5rem; border-bottom: 1px
  solid var(--line); }
td { white-space: nowrap; }
td.said { white-space: normal; text-align: left; min-width: 20rem; }
th:first-child { text-align: left; padding-left: 0; font-weight: 400; position: sticky; left: 0;
  background: var(--paper); min-width: 6rem; max-width: 22rem; overflow-wrap: anywhere; }
thead th, thead th:first-child { color: var(--soft); font-weight: 600; font-size: .9rem;
  max-width: 9rem; vertical-align: bottom; line-height: 1.25; }
figure { margin: .5rem 0; }
.plot, .chart { width: 100%; min-width: 40rem; height: auto; display: block; }
svg text { fill: var(--soft); font-size: 13px; }
svg .axis { stroke: var(--line); }
svg .first, svg .main { fill: var(--main); }
svg .second, svg .warm { fill: url(#stripes); stroke: var(--warm); }
svg .ground { fill: var(--paper); }
svg .stripe { fill: var(--warm); }
svg .third, svg .rest { fill: var(--rest); }
svg .fourth { fill: url(#dots); stroke: var(--soft); }
svg .dot { fill: var(--soft); }
svg .line { fill: none; stroke: var(--ink); stroke-width: 2; }
svg .dashed { fill: none; stroke: var(--warm); stroke-width: 2; stroke-dasharray: 6 4; }
@media (max-width: 50rem) { svg text { font-size: 17px; } th, td { padding-left: 1rem; } }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; list-style: none; padding: 0;
  margin: .5rem 0; }
.legend svg { width: 14px; height: 14px; vertical-align: -2px; }
</style>
</head>
<body>
<main>
<h1>$heading</h1>
<p class="finding">$finding</p>
<p class="soft">$about</p>
$body
</main>
</body>
</html>
"""
)
