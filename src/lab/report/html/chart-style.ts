/** How charts look. Lines that do not stand out are thin; what makes them stand out is in legend.ts. */
export const CHART_STYLE = `
svg{display:block;overflow:visible}svg svg{overflow:hidden}
svg text{font-size:12px;fill:var(--soft);font-variant-numeric:tabular-nums}
.plot{margin-top:40px;padding-right:6px}.plot.has-y{padding-left:64px}.plot.has-y .axis[x="0"]{transform:translateX(-64px)}
.plot.named{padding-left:156px;margin-top:10px}
.grid line{stroke:var(--line);stroke-width:1}
.axis{font-weight:600}
.line{fill:none;stroke:var(--rest);stroke-width:1;opacity:.65;vector-effect:non-scaling-stroke;stroke-linejoin:round}
.swatch{flex:none}.swatch .line{stroke-width:2.25}
.legend{border:0;display:flex;flex-wrap:wrap;gap:6px}
.legend legend{font-size:13px;color:var(--soft);padding:0 0 6px}
.legend label{display:flex;align-items:center;gap:7px;border:1px solid var(--line);border-radius:8px;padding:4px 10px 4px 8px;cursor:pointer;font-size:13.5px;line-height:20px}
.legend label:has(:checked){background:var(--bg);border-color:var(--rest)}
.legend input{margin:0;accent-color:var(--accent)}
.legend small{font-size:12.5px;color:var(--soft);font-variant-numeric:tabular-nums}
.dot{--dot:var(--rest)}.dot circle{fill:var(--dot)}.dot .interval{stroke:var(--dot);stroke-width:3;stroke-linecap:round;opacity:.55}
.dot .name{font-size:13px;fill:var(--ink)}.dot .strong{font-weight:700}.dot .value{font-size:12.5px;fill:var(--ink)}
.panels{display:grid;grid-template-columns:1fr 1fr;gap:10px 40px}
.panels figure{min-width:0}
.warmup{fill:var(--line);opacity:.5}.plot+.hint{margin:14px 0 0}
.spark path{fill:none;stroke:var(--accent);stroke-width:1.5;vector-effect:non-scaling-stroke;stroke-linejoin:round}
.cards{display:grid;grid-template-columns:1fr 1fr;gap:30px 40px;margin-top:18px}
.card{min-width:0}.card:only-child{grid-column:1/-1}
.card figcaption{display:flex;align-items:baseline;gap:0 8px;margin-bottom:8px;flex-wrap:wrap;white-space:nowrap}
.card figcaption>span:last-child{margin-left:auto;color:var(--soft);font-size:13.5px;font-variant-numeric:tabular-nums}
.rows{display:grid;grid-template-columns:104px minmax(0,1fr) 120px;gap:10px}
.no-map .rows{grid-template-columns:104px minmax(0,1fr)}
.rows>svg{width:100%}.rows text{font-size:11.5px}
.map{min-width:0}.heat{width:100%;border-radius:3px;overflow:hidden}
.heat path{stroke-width:1.02;fill:none;shape-rendering:crispEdges}
.ends{display:flex;justify-content:space-between;font-size:11.5px;color:var(--soft);margin-top:3px;font-variant-numeric:tabular-nums}
.shares rect{rx:2px}.even{fill:var(--rest);background:var(--rest)}.over{fill:var(--c1);background:var(--c1)}.under{fill:var(--c0);background:var(--c0)}
.shares .fair{stroke:var(--ink);stroke-width:1;stroke-dasharray:2 2}.shares .beyond{fill:var(--card);font-weight:700}
.key{display:flex;flex-wrap:wrap;align-items:center;gap:4px 14px;font-size:13px;color:var(--soft);margin-bottom:8px}
.key b{color:var(--ink)}.key span{display:inline-flex;align-items:center;gap:6px}
.key i{width:16px;height:12px;border-radius:3px}.key i.fair{width:0;height:14px;border-radius:0;border-left:1px dashed var(--ink)}
${[0, 1, 2, 3, 4, 5, 6, 7, 8].map((step) => `.heat .h${step}{stroke:var(--h${step})}i.h${step}{background:var(--h${step})}`).join("")}
@media (max-width:860px){.panels,.cards{grid-template-columns:1fr}}
@media (max-width:640px){.minor{display:none}.legend small{display:none}
.plot.named{padding-left:142px}.dot .name{font-size:12px}.rows{grid-template-columns:92px minmax(0,1fr) 96px;gap:7px}.rows text{font-size:11px}}
@media print{.legend{display:none}.panels,.cards{grid-template-columns:1fr 1fr}}
`;
