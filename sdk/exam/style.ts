/** How an exam looks. A platform sets `--zhenxue-brand` on the element, or any ancestor, to its own colour. */
export const style = `
:host{display:block;--brand:var(--zhenxue-brand,#0f4c81);--ink:#1b2733;--soft:#566270;--line:#dfe4ea;color:var(--ink);
font:16px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",system-ui,sans-serif}
*{box-sizing:border-box}
[hidden][hidden]{display:none}
h2,h3,p,ol,ul,fieldset,legend{margin:0;padding:0;border:0;min-width:0}
h2{font-size:1.125rem}h3{font-size:1rem;margin-top:12px}
ul{padding-left:1.2em}ol{list-style:none}
.exam{max-width:760px;margin:0 auto}
.card,form{background:#fff;border:1px solid var(--line);border-radius:10px;padding:16px}
.card>*+*{margin-top:12px}
header{display:flex;justify-content:space-between;gap:12px;align-items:baseline;position:sticky;top:0;z-index:1;
background:#fff;border-bottom:1px solid var(--line);padding:8px 4px}
.timer{font-weight:600;font-variant-numeric:tabular-nums;white-space:nowrap}
.soon{color:#b3261e}
.offline{background:#fdf3dc;color:#6b4600;border-radius:8px;padding:8px 12px;margin:8px 0}
details{margin:8px 0}summary{cursor:pointer;min-height:32px}
.places{display:flex;flex-wrap:wrap;gap:6px;padding:6px 0}
button{font:inherit;color:inherit;background:#fff;border:1px solid var(--line);border-radius:8px;min-height:44px;min-width:44px;
padding:6px 14px;cursor:pointer}
button:hover{border-color:var(--brand)}
button.primary{background:var(--brand);border-color:var(--brand);color:#fff;font-weight:600}
button[aria-disabled=true]{opacity:.5;cursor:default}
.place{padding:0}
.place[data-is=saved]{background:#e6f4ed;border-color:#11734b}
.place[data-is=waiting]{background:#fdf3dc;border-style:dashed}
.place[data-is=refused]{background:#fcebea;border-color:#b3261e}
.place[aria-current=true]{outline:2px solid var(--brand)}
:focus-visible{outline:3px solid #f2b544;outline-offset:1px;box-shadow:0 0 0 1px #0b3a63}
legend{font-weight:600;padding-bottom:8px;overflow-wrap:anywhere}
legend small{font-weight:400;color:var(--soft);display:block}
.choice,.steps li{display:flex;gap:10px;align-items:flex-start;padding:9px 12px;margin-bottom:8px;min-height:44px;
border:1px solid var(--line);border-radius:8px;cursor:pointer;overflow-wrap:anywhere}
.choice:has(:checked){border-color:var(--brand);background:#eaf2f9}
.choice input{flex:none;width:18px;height:18px;margin:4px 0 0}
.steps{counter-reset:step}
.steps li{counter-increment:step;align-items:center;cursor:default}
.steps span{flex:1}.steps span::before{content:counter(step) ". "}
.hint,.status,.code,small{font-size:.875rem;color:var(--soft)}
.hint{margin-bottom:8px}.status{min-height:1.6em}
.status[data-saved=saved]{color:#11734b}.status[data-saved=saved]::before{content:"✓ "}
.status[data-saved=refused]{color:#b3261e}
.number{display:flex;gap:8px;align-items:center}
.number input{flex:1;min-width:0;min-height:44px;padding:0 12px;font:inherit;border:1px solid #8a94a0;border-radius:8px}
.pointing{position:relative;max-width:480px;cursor:crosshair;touch-action:manipulation;user-select:none}
.pointing img{display:block;width:100%;height:auto;border-radius:8px}
.cross{position:absolute;width:28px;height:28px;margin:-14px 0 0 -14px;border:3px solid #000;border-radius:50%;
outline:2px solid #fff;box-shadow:inset 0 0 0 2px #fff;pointer-events:none}
footer{display:flex;flex-wrap:wrap;gap:8px;padding:12px 0}
footer [data-act=handIn]{margin-left:auto}
dialog{border:1px solid var(--line);border-radius:10px;padding:16px;max-width:min(480px,calc(100vw - 24px));color:inherit;
max-height:80vh;overflow:auto}
dialog::backdrop{background:rgb(0 0 0/.45)}
.score{font-size:2rem;font-weight:700}
.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
`;
