/** The page's style sheet: light or dark as the reader's system is; the charts' neutral inks follow. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2733; --muted: #5d6b7a; --grid: #e3e8ed; --paper: #ffffff; --outage: #f6dcdc;
  --failed: #a3123a; --blue: #0072b2; --bad: #a3123a; --notice: #fff4d6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ef; --muted: #9aa7b5; --grid: #2e3946; --paper: #151b22;
  --outage: #4a2329; --failed: #ff7d9c; --blue: #4ba6e0; --bad: #ff8ba0; --notice: #3d3418; } }
body { margin: 0 auto; padding: 1.5rem; max-width: 1000px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, Helvetica, Arial, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .2rem; }
p { margin: .3rem 0; } .note, figcaption, .facts th { color: var(--muted); font-size: .87rem; }
ul.warnings { background: var(--notice); padding: .6rem .6rem .6rem 1.8rem; border-radius: 4px; margin: 1rem 0; }
ul.plain { list-style: none; padding: 0; margin: .3rem 0; color: var(--muted); }
.wide { overflow-x: auto; } table { border-collapse: collapse; margin: .5rem 0; font-size: .9rem; }
th, td { padding: .25rem .8rem .25rem 0; text-align: left; border-bottom: 1px solid var(--grid); font-weight: 400; vertical-align: top; }
thead th { color: var(--muted); } .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bad { color: var(--bad); font-weight: 600; } .dim { color: var(--muted); } .facts td { overflow-wrap: anywhere; }
table.data { font-size: .78rem; } table.data th, table.data td { white-space: nowrap; } tr.void { opacity: .55; text-decoration: line-through; }
figure { margin: 1.5rem 0; } figure svg { display: block; width: 100%; height: auto; } details { margin: .6rem 0; } summary { cursor: pointer; }
`;
