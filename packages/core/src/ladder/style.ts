// The looks of the page. Its digest stands in the page's security policy, so that no other style is obeyed.

/** Rails that can be drawn beside each other. */
export const MOST_RAILS = 6;

/** Where arrows and notes stand: from the middle of one rail to the middle of another. */
function places(): string {
  let css = '';
  for (let rails = 1; rails <= MOST_RAILS; rails += 1) {
    css += `.n${rails} .row{background-size:${percent(1, rails)} 100%}`;
    css += `.n${rails} .heads>div{width:${percent(1, rails)}}`;
    for (let at = 0; at < rails; at += 1) {
      const left = percent(2 * at + 1, 2 * rails);
      css += `.n${rails} .p${at}{margin-left:${left};max-width:${percent(rails - at - 0.5, rails)}}`;
      for (let to = at + 1; to < rails; to += 1)
        css += `.n${rails} .p${at}-${to}{margin-left:${left};width:${percent(to - at, rails)}}`;
    }
  }
  return css;
}

function percent(part: number, whole: number): string {
  return `${Number(((100 * part) / whole).toFixed(4))}%`;
}

/** The style sheet. */
export const STYLE: string = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--soft:#59636e;--rail:#c8cfd6;--card:#f5f7f9;--line:#0b62c4;
--bad:#c62828;--good:#1a7f37;--why:#8a5a00;--edge:#d5dbe1;--hover:#eef3f9}
@media(prefers-color-scheme:dark){:root{--paper:#0f1419;--ink:#e4e8ec;--soft:#9aa5b1;--rail:#3a444e;--card:#171e26;
--line:#6cb2ff;--bad:#ff7b72;--good:#56d364;--why:#e3b341;--edge:#2c3540;--hover:#18222d}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:78rem;padding:1.5rem 1rem 4rem;background:var(--paper);color:var(--ink);
font:15px/1.45 system-ui,"Segoe UI","DejaVu Sans",sans-serif}
h1{font-size:1.5rem;margin:0 0 .25rem}
h2{font-size:1.1rem;margin:0 0 .5rem}
.lead{color:var(--soft);margin:0 0 1.5rem}
section.scene{margin:0 0 2.25rem;border:1px solid var(--edge);border-radius:.6rem;padding:1rem}
.heads{display:flex;margin:0 0 .25rem}
.heads>div{text-align:center;padding:0 .5rem;color:var(--soft);font-size:.85rem;overflow-wrap:anywhere}
.heads b{display:block;color:var(--ink);font-size:.95rem}
.row{position:relative;background-image:linear-gradient(90deg,transparent calc(50% - .5px),var(--rail) calc(50% - .5px),
var(--rail) calc(50% + .5px),transparent calc(50% + .5px));background-repeat:repeat-x}
details>summary{list-style:none;cursor:pointer}
details>summary::-webkit-details-marker{display:none}
summary:hover{background-color:var(--hover)}
summary:focus-visible{outline:2px solid var(--line);outline-offset:-2px}
.arrow{display:block;position:relative;text-align:center;padding:.3rem 1rem .2rem;border-bottom:2px solid var(--line);
color:var(--line);font-weight:600;overflow-wrap:anywhere}
summary.row{padding-bottom:.4rem}
.arrow::after{content:"";position:absolute;bottom:-6px;border:5px solid transparent}
.right::after{right:1px;border-left:9px solid var(--line);border-right:0}
.left::after{left:1px;border-right:9px solid var(--line);border-left:0}
.bad .arrow{color:var(--bad);border-color:var(--bad);border-bottom-style:dashed}
.bad .right::after{border-left-color:var(--bad)}
.bad .left::after{border-right-color:var(--bad)}
.time{position:absolute;right:.25rem;bottom:.35rem;color:var(--soft);font-size:.72rem;font-variant-numeric:tabular-nums}
.note{display:block;padding:0 .5rem 0 .75rem;color:var(--soft);font-size:.85rem;overflow-wrap:anywhere}
.note span{background:var(--paper);padding:0 .2rem}
.why>summary{margin:.3rem 0;padding:.3rem .6rem;border-left:3px solid var(--why);background:var(--card);font-size:.88rem;
overflow-wrap:anywhere}
.why.bad>summary{border-color:var(--bad)}
.why b{color:var(--why)}
.why.bad b{color:var(--bad)}
.panel{margin:.35rem 0 .8rem;border:1px solid var(--edge);border-radius:.5rem;background:var(--card);padding:.75rem}
.sides{display:grid;grid-template-columns:1fr 1fr;gap:.75rem}
.sides>div{min-width:0}
.sides h3{margin:0 0 .3rem;font-size:.85rem}
.sides p{margin:.3rem 0 0;color:var(--soft);font-size:.8rem}
pre{margin:0;padding:.6rem;background:var(--paper);border:1px solid var(--edge);border-radius:.4rem;white-space:pre-wrap;
overflow-wrap:anywhere;font:12.5px/1.45 ui-monospace,"DejaVu Sans Mono",monospace}
.here pre{border-color:var(--line)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.75rem 0 0;font-size:.88rem}
dl:first-child{margin-top:0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
.verdict{margin:.6rem 0 0;font-weight:600;color:var(--good)}
.verdict.bad{color:var(--bad)}
bdi{unicode-bidi:isolate}
@media(max-width:44rem){.sides{grid-template-columns:1fr}.time{display:none}}
@media print{details>.panel{break-inside:avoid}}
${places()}`;

/** SHA-256 of the style sheet, in base64. */
export const STYLE_DIGEST = 'UtpOGGCeJ5EezOkAFVf+HRzV8XvsYhuDkJY/Ztg02Gw=';
