/** Colours, text and the page's parts; those of charts are in chart-style.ts. Both themes, paper, and narrow screens. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--bg:#f6f6f3;--card:#fff;--ink:#171a1f;--soft:#555d68;--line:#e3e3dd;--accent:#0b5fae;
--good:#e3f1e6;--good-ink:#135c2c;--bad:#fbe6e2;--bad-ink:#93291a;--rest:#9aa1ab;
--c0:#0a66b7;--c1:#c25400;--c2:#a02c6d;--c3:#00806a;--c4:#6a4fb3;--c5:#7d6a00;--c6:#2b7f99;--c7:#9c4a3c;
--h0:#f0f2e6;--h1:#dcebc5;--h2:#b9dfb8;--h3:#84cdbb;--h4:#4fb3c1;--h5:#2a8fbd;--h6:#2467a8;--h7:#24418e;--h8:#0a1f5c}
@media screen and (prefers-color-scheme:dark){:root{--bg:#101317;--card:#171b21;--ink:#e9ebee;--soft:#a2abb6;--line:#2a3038;
--accent:#6bb4f5;--good:#143322;--good-ink:#8bd6a4;--bad:#43201a;--bad-ink:#f5ab9d;--rest:#67707c;
--c0:#5cb3ff;--c1:#ff9d4d;--c2:#f083bd;--c3:#3fcfb0;--c4:#b49df5;--c5:#d8c24a;--c6:#7cc9e0;--c7:#e39a8b;
--h0:#1b212a;--h1:#1d2e47;--h2:#214468;--h3:#255f8a;--h4:#2c7fa3;--h5:#42a1ae;--h6:#75c1ad;--h7:#b5dfae;--h8:#f4fbc9}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
main{max-width:1120px;margin:0 auto;padding:40px 24px 24px}
h1,h2,p,figure,dl,dd,pre,fieldset{margin:0;padding:0}
h1{font-size:clamp(26px,4vw,40px);line-height:1.15;letter-spacing:-.02em;font-weight:700;text-wrap:balance;overflow-wrap:anywhere}
.given{display:block;font-size:max(17px,.5em);line-height:1.4;letter-spacing:0;font-weight:500;color:var(--soft);margin-bottom:6px}
h2{font-size:19px;letter-spacing:-.01em;line-height:1.3}
.eyebrow{color:var(--accent);font-weight:600;margin-bottom:8px;overflow-wrap:anywhere}
.lead{font-size:18px;max-width:68ch;margin-top:14px;overflow-wrap:anywhere}
.about,.hint,caption{color:var(--soft)}
.about{margin-top:6px}
.hint{max-width:78ch;margin:4px 0 18px}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:24px;margin-top:20px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:16px;margin-top:26px}
.tile{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px 20px;color:var(--soft)}
.tile:first-child{border-color:var(--accent);box-shadow:inset 0 3px var(--accent)}
.figure{color:var(--ink);font-size:34px;line-height:1.2;font-weight:650;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.figure small{font-size:16px;font-weight:500;color:var(--soft);margin-left:5px;letter-spacing:0}
.facts{display:flex;flex-wrap:wrap;gap:14px 40px;margin-top:26px}
.facts dt{font-size:13px;color:var(--soft)}.facts dd{font-weight:600;overflow-wrap:anywhere}
.scroll{position:relative;overflow-x:auto;margin:0 -24px;padding:0 24px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;white-space:nowrap}
caption{text-align:left;padding-bottom:6px}
th,td{padding:7px 10px;border-bottom:1px solid var(--line);text-align:left;font-weight:400}
thead th{font-size:13px;color:var(--soft);font-weight:600}
tbody th{font-weight:600;padding-left:0}thead th:first-child{padding-left:0}
tbody tr:last-child>*{border-bottom:0}
.truth>*{border-top:2px solid var(--ink)}.narrow{width:auto}
.fit{max-width:78ch;margin:4px 0 14px}h3{font-size:15px;margin:20px 0 0}ul{margin:10px 0 0;padding-left:1.2em;max-width:82ch}li{margin-top:5px;overflow-wrap:anywhere}
.n{text-align:right}
.best b{background:var(--good);color:var(--good-ink);border-radius:5px;padding:2px 6px;margin-right:-6px;font-weight:700}
.tag{display:inline-block;background:var(--good);color:var(--good-ink);border-radius:9px;font-size:12px;font-weight:600;line-height:18px;padding:0 8px;margin-left:4px}
.tag.bad{background:var(--bad);color:var(--bad-ink)}.tag.now{background:var(--line);color:var(--ink)}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
details{margin-top:18px}summary{cursor:pointer;color:var(--accent);font-weight:600;margin-bottom:8px}
pre{background:var(--bg);border:1px solid var(--line);border-radius:8px;padding:14px 16px;overflow-x:auto}
code{font:13.5px/1.55 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
.advice{margin-top:6px}.advice pre{margin-top:10px}.advice p:last-child{margin-top:8px;color:var(--soft)}
footer{color:var(--soft);font-size:13.5px;padding:24px 4px}footer pre{margin:8px 0;color:var(--ink)}
footer code{white-space:pre-wrap;overflow-wrap:anywhere}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
@media (max-width:640px){main{padding:24px 14px 14px}section{padding:18px 14px;border-radius:10px}.scroll{margin:0 -14px;padding:0 14px}
.lead{font-size:16.5px}.figure{font-size:28px}.tiles{gap:10px}.facts{display:grid;grid-template-columns:1fr 1fr;gap:12px 20px}}
@media print{body{background:#fff;font-size:12px}main{max-width:none;padding:0}section{border:0;padding:12px 0;break-inside:avoid}
.scroll{overflow:visible;margin:0;padding:0}table{font-size:10.5px}th,td{padding:4px}thead th{font-size:10.5px}.tag{font-size:9.5px}.spark{width:70px}.endpoints{break-inside:auto}.card{break-inside:avoid}*{print-color-adjust:exact}}
`;
