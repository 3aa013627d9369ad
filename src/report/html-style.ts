import { Markup } from './markup.js'

// Both pairs of colours were picked to differ in lightness too; the control is dashed besides.
/** The page's only style. */
export const pageStyle = new Markup(`
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#5d6670;--paper:#fff;--box:#f5f6f8;--line:#d5d9de;
--good:#1a7f37;--bad:#c62828;--unsure:#8a5a00;--control:#6b7785;--candidate:#0b5fc0}
@media (prefers-color-scheme:dark){:root{--ink:#e4e7eb;--soft:#9aa4af;--paper:#14171a;--box:#1e2226;--line:#3a4047;
--good:#5cc878;--bad:#ff7b72;--unsure:#e3b341;--control:#9aa4af;--candidate:#6cb0ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:68rem;padding:1.5rem;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:1.35rem;line-height:1.3;margin:.2rem 0}h2{font-size:1.15rem;margin:0 0 .3rem}h3{font-size:1rem;margin:1.3rem 0 .3rem}
header{border-left:.4rem solid var(--soft);padding:.2rem 0 .2rem 1rem}
header.good{border-color:var(--good)}header.bad{border-color:var(--bad)}header.unsure{border-color:var(--unsure)}
section{border-top:1px solid var(--line);margin-top:2rem;padding-top:1.2rem}
nav a{margin-right:1rem}a{color:var(--candidate)}
code{font:.88em/1.5 ui-monospace,monospace;background:var(--box);padding:.1em .35em;border-radius:3px;overflow-wrap:anywhere}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.22rem .6rem;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
th{font-weight:600;color:var(--soft)}.n{text-align:right;white-space:nowrap;overflow-wrap:normal}.w{white-space:nowrap}
.good>.w,b.good{color:var(--good)}.bad>.w,b.bad{color:var(--bad)}.unsure>.w,b.unsure{color:var(--unsure)}
.quiet,.why,footer,figcaption{color:var(--soft)}footer{margin-top:2rem}
.charts{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;flex:1 1 22rem;max-width:33rem}
svg{width:100%;height:auto;background:var(--box);border-radius:4px}svg text{fill:var(--soft);font-size:11px}
.grid{stroke:var(--line)}.line{fill:none;stroke-width:2}
.control{stroke:var(--control);stroke-dasharray:5 4}.candidate{stroke:var(--candidate)}
@media print{body{max-width:none;padding:0}section{break-inside:avoid-page}}
`)
