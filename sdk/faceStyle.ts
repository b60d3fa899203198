/**
 * How the SDK's face dialogs look. In a shadow root, so that a page's styles and these leave each other alone.
 * A card at the page's lower edge while there is something to read; the whole page while the camera looks, for
 * the page's light is part of the check.
 */
export const style = `
:host{all:initial;position:fixed;inset:0;width:auto;height:auto;margin:0;padding:0;border:0;background:none;overflow:visible;z-index:2147483647;pointer-events:none}
*{box-sizing:border-box;margin:0;font:inherit}
.box{pointer-events:auto;position:absolute;right:0;bottom:0;width:min(420px,100vw);max-height:min(92vh,100%);overflow:auto;padding:16px 18px;background:#fff;color:#1b2733;border:2px solid #0f4c81;border-radius:12px 12px 0 0;box-shadow:0 6px 32px rgb(0 0 0/.28);font:16px/1.5 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",system-ui,sans-serif}
.box:focus{outline:none}
h2{font-size:18px;font-weight:650;color:#0f4c81}
p,ul,label{margin-top:8px}
ul{padding-left:20px}
label{display:flex;gap:10px;align-items:flex-start;cursor:pointer}
input{flex:none;width:22px;height:22px}
.acts{display:flex;flex-wrap:wrap;gap:8px;margin-top:12px}
button{flex:1 1 auto;min-height:44px;padding:6px 14px;border:1px solid #8895a3;border-radius:8px;background:#fff;color:#1b2733;cursor:pointer}
button.main{background:#0f4c81;border-color:#0f4c81;color:#fff;font-weight:600}
button.slight{flex:1 1 100%;border:0;min-height:32px;color:#566270;text-decoration:underline;font-size:14px}
button:focus-visible,input:focus-visible{outline:3px solid #f2b544;outline-offset:2px;box-shadow:0 0 0 2px #0b3a63}
.small{font-size:14px;color:#566270}
.warn{color:#8a5a00;font-weight:600}
.view,progress,.step{display:none}
.page{left:0;top:0;width:auto;max-height:none;border:0;border-radius:0;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:10px;padding:12px;background:#6b7480}
.page h2,.page .text,.page>.small,.page .acts,.page .step{background:#fff;border-radius:10px;padding:6px 16px;margin:0;max-width:420px;text-align:center}
.page h2{font-size:14px;padding:2px 12px}
.page .text:empty,.page>.small:empty,.page .acts:empty{display:none}
.page .acts{padding:0}
.page .step{display:block;color:#000;font-size:30px;font-weight:700;line-height:1.3}
.page .view{display:block;flex:0 1 auto;min-height:0;height:min(54vh,520px);aspect-ratio:3/4;overflow:hidden;border-radius:44%/38%;border:5px solid #fff;background:#222}
video{display:block;width:100%;height:100%;object-fit:cover;transform:scaleX(-1)}
.page progress{display:block;width:min(320px,80vw);height:10px;accent-color:#0f4c81}
@media(max-height:420px){.page{flex-flow:row wrap}.page .view{height:70vh}.page .step{font-size:22px}}
@media(prefers-reduced-motion:reduce){.page{transition:background-color .15s linear}}
`;

/** The page's light. */
export const colours = { red: '#f00', green: '#0f0', blue: '#00f', white: '#fff', black: '#000' } as const;
