// Every pair of colours differs in lightness too, and nothing is told by colour alone: dashes, signs, patterns and words say it besides.
/** The page's own style; uPlot's comes before it. */
export const pageStyle = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#5d6670;--paper:#fff;--box:#f5f6f8;--line:#d5d9de;
--good:#1a7f37;--bad:#c62828;--unsure:#8a5a00;--control:#6b7785;--candidate:#0b5fc0;
--h1:#cfe1f2;--h2:#93c3df;--h3:#4b98ca;--h4:#1764ab;--h5:#08306b;
--o0:#9fb3c8;--o1:#0b5fc0;--o2:#8a5a00;--o3:#1a7f37;--o4:#7b3fa0;--o5:#0f766e}
@media screen and (prefers-color-scheme:dark){:root:not(.printing){--ink:#e4e7eb;--soft:#9aa4af;--paper:#14171a;--box:#1e2226;--line:#3a4047;
--good:#5cc878;--bad:#ff7b72;--unsure:#e3b341;--control:#9aa4af;--candidate:#6cb0ff;
--h1:#173a5e;--h2:#1d5d96;--h3:#3f8fd0;--h4:#8fc1ea;--h5:#eaf4fc;
--o0:#52606d;--o1:#6cb0ff;--o2:#e3b341;--o3:#5cc878;--o4:#c99bec;--o5:#4fd1c5}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1.5rem;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:1.35rem;line-height:1.3;margin:.2rem 0;overflow-wrap:anywhere}h2{font-size:1.15rem;margin:0 0 .3rem;overflow-wrap:anywhere}
h3{font-size:1rem;margin:1.6rem 0 .3rem}h4{font-size:.95rem;margin:1rem 0 .3rem}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.3rem .6rem;z-index:1}
:focus-visible{outline:3px solid var(--candidate);outline-offset:2px}
header{border-left:.4rem solid var(--soft);padding:.2rem 0 .2rem 1rem}
header.good{border-color:var(--good)}header.bad{border-color:var(--bad)}header.unsure{border-color:var(--unsure)}
section{border-top:1px solid var(--line);margin-top:2rem;padding-top:1.2rem}
main>section{padding-inline:.4rem;margin-inline:-.4rem;content-visibility:auto;contain-intrinsic-size:auto 60rem}
nav a{display:inline-block;margin-right:1rem;padding:.15rem 0}a{color:var(--candidate)}
code{font:.88em/1.5 ui-monospace,monospace;background:var(--box);padding:.1em .35em;border-radius:3px;overflow-wrap:anywhere}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption,figure output:empty{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
th,td{text-align:left;padding:.22rem .6rem;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:break-word}
thead th{font-weight:600;color:var(--soft)}tbody th{font-weight:400;min-width:9rem}td.why{min-width:14rem}
th.n,td.n{text-align:right;white-space:nowrap}th.w,td.w{white-space:nowrap}
.good>.w,b.good{color:var(--good)}.bad>.w,b.bad{color:var(--bad)}.unsure>.w,b.unsure{color:var(--unsure)}
.quiet,.why,footer,figcaption,output{color:var(--soft)}footer{margin-top:2rem}
.findings{padding-left:1.2rem}.findings li{margin:.35rem 0;overflow-wrap:anywhere}.moments{columns:22rem;column-gap:2.5rem;margin:.2rem 0 .8rem}
dt{font-weight:600}dd{margin:0 0 .4rem 1.2rem}
summary{cursor:pointer;padding:.25rem 0}summary h4{display:inline}details.subject{border-top:1px solid var(--line)}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,28rem),1fr));gap:1.2rem;margin:.8rem 0}
figure{margin:0;min-width:0}figcaption,output{font-size:.88em}output{display:block;min-height:1.4em}
svg{display:block;width:100%;height:auto;max-width:36rem;background:var(--box);border-radius:4px}svg text{fill:var(--soft);font-size:11px}
.grid{stroke:var(--line)}.line{fill:none;stroke-width:2}
.control{stroke:var(--control);stroke-dasharray:5 4}.candidate{stroke:var(--candidate)}
.plot p{margin:0;font-size:.85rem;color:var(--soft)}.js .time .plot{min-height:250px}figure.heat,figure.stack{grid-column:1/-1}.js .heat .plot,.js .stack .plot{min-height:150px;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:.6rem 1.2rem}
.plot>div{min-width:0}
.uplot{font-family:inherit}.u-cursor-x{border-color:var(--ink)!important}
.swatches{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1rem;margin:.2rem 0;padding:0}
.swatch{display:inline-block;width:1.1em;height:1.1em;margin-right:.4em;vertical-align:-.15em;border:1px solid var(--soft);print-color-adjust:exact}
.h1{background:var(--h1)}.h2{background:var(--h2)}.h3{background:var(--h3)}.h4{background:var(--h4)}.h5{background:var(--h5)}
.o0{background:var(--o0)}.o1{background:repeating-linear-gradient(135deg,var(--o1) 0 2px,transparent 2px 5px)}
.o2{background:repeating-linear-gradient(var(--o2) 0 2px,transparent 2px 6px)}.o3{background:repeating-linear-gradient(90deg,var(--o3) 0 2px,transparent 2px 6px)}
.o4{background:repeating-linear-gradient(45deg,var(--o4) 0 2px,transparent 2px 5px)}
.o5{background:repeating-linear-gradient(var(--o5) 0 2px,transparent 2px 6px),repeating-linear-gradient(90deg,var(--o5) 0 2px,transparent 2px 6px)}
.error{background:repeating-linear-gradient(var(--bad) 0 2px,transparent 2px 6px),repeating-linear-gradient(90deg,var(--bad) 0 2px,transparent 2px 6px)}
@media screen and (max-width:36rem){th,td{padding:.2rem .3rem;font-size:.9em}tbody th{min-width:6rem}.bad>th::before{content:'✗ ';color:var(--bad)}.unsure>th::before{content:'? ';color:var(--unsure)}}
@media print{main>section{content-visibility:visible}body{max-width:none;padding:0;font-size:11px}nav,.skip,output{display:none}.scroll{overflow:visible}td.why,tbody th{min-width:0}
figure,tr,li{break-inside:avoid}h2,h3,h4,summary{break-after:avoid}.charts,.js .heat .plot,.js .stack .plot{grid-template-columns:1fr}th,td{padding:.15rem .3rem}}
`
