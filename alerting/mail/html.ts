import { html, Markup } from "@/lib/infra/markup";
import { CHART_HEIGHT, CHART_WIDTH } from "./chart";
import { linkTarget } from "./compose";
import type { Block, MailDocument, Tone } from "./document";
import { firstLine } from "./text";

/** A picture that was drawn, by the block that it belongs to. */
export type Drawn = ReadonlyMap<Block, { cid: string }>;

/** Of the mail, in CSS pixels. */
const CARD_WIDTH = 600;

/** Light colours stand in the elements themselves, for clients that drop style sheets; dark ones in the sheet, by class. */
const LIGHT = {
  canvas: "#f5f5f3",
  surface: "#ffffff",
  ink: "#191b1f",
  soft: "#585c64",
  line: "#e1e1dc",
  accent: "#2350bd",
  accentInk: "#ffffff",
};
const TONES: Record<Tone, { ink: string; ground: string }> = {
  bad: { ink: "#b0251d", ground: "#fcebe9" },
  warn: { ink: "#855400", ground: "#fbf1dc" },
  ok: { ink: "#17744a", ground: "#e5f3eb" },
  mute: { ink: "#585c64", ground: "#ededea" },
};

const SHEET = new Markup(`
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
@media (max-width: 480px) {
  .outer { padding: 0 0 24px !important; }
  .card { border-left: 0 !important; border-right: 0 !important; border-top: 0 !important; border-radius: 0 !important; }
  .cell { padding-left: 18px !important; padding-right: 18px !important; }
  .button { display: block !important; text-align: center !important; }
}
@media (prefers-color-scheme: dark) {
  .canvas { background: #0f1012 !important; }
  .card { background: #17181b !important; border-color: #2a2c31 !important; }
  .ink { color: #ecedee !important; }
  .soft { color: #a3a7af !important; }
  .rule { border-color: #2a2c31 !important; }
  .link { color: #93b2ff !important; }
  .button { background: #93b2ff !important; color: #0d1533 !important; }
  .bad { background: #351a19 !important; color: #ff938a !important; }
  .warn { background: #2d2412 !important; color: #edb95a !important; }
  .ok { background: #14291f !important; color: #62cf97 !important; }
  .mute { background: #222428 !important; color: #a3a7af !important; }
}
`);

const FONT = "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
const HEADLINE = `margin:0 0 12px;font-size:22px;line-height:29px;font-weight:600;letter-spacing:-0.01em;color:${LIGHT.ink}`;
const HEADING = `margin:24px 0 8px;font-size:15px;line-height:22px;font-weight:600;color:${LIGHT.ink}`;
const PARAGRAPH = `margin:0 0 16px;font-size:15px;line-height:23px;color:${LIGHT.ink}`;
const BREAK = "word-break:break-word;overflow-wrap:anywhere";

/** Outlook for Windows draws with Word, which ignores max-width: only it reads these, and gets a table of a fixed width. */
const MSO_OPEN = new Markup(
  `<!--[if mso]><table role="presentation" align="center" width="${CARD_WIDTH}" cellpadding="0" cellspacing="0" border="0" style="width:${CARD_WIDTH}px"><tr><td><![endif]-->`,
);
const MSO_CLOSE = new Markup("<!--[if mso]></td></tr></table><![endif]-->");

/**
 * The mail as HTML: one narrow table, light and dark, with no address in it but links. Everything from outside is escaped.
 * @param drawn the pictures that the mail carries; one that could not be drawn is left out, as its facts say the same
 */
export function htmlOf(document: MailDocument, drawn: Drawn): string {
  const { subject, state, topic, more, capability, blocks, view, foot } = document;
  const tone = TONES[state.tone];
  const target = linkTarget(view.url);
  return html`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
<style>${SHEET}</style>
</head>
<body class="canvas" style="margin:0;padding:0;background:${LIGHT.canvas}">
<div style="display:none;max-height:0;overflow:hidden">${firstLine(document, state.word)}</div>
<table role="presentation" class="canvas" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:${LIGHT.canvas};${new Markup(FONT)}">
<tr><td class="outer" align="center" style="padding:28px 12px 36px">
${MSO_OPEN}
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:${CARD_WIDTH}px;background:${LIGHT.surface};border:1px solid ${LIGHT.line};border-radius:12px">
<tr><td class="cell rule" style="padding:16px 24px;border-bottom:1px solid ${LIGHT.line}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
<td class="ink" style="font-size:15px;line-height:22px;font-weight:600;color:${LIGHT.ink};${BREAK}">${capability}</td>
<td class="soft" align="right" style="padding-left:16px;font-size:13px;line-height:22px;color:${LIGHT.soft}">Watchpost</td>
</tr></table>
</td></tr>
<tr><td class="cell" align="left" style="padding:22px 24px 26px;${BREAK}">
<p style="margin:0 0 10px"><span class="${state.tone}" style="display:inline-block;padding:3px 10px;border-radius:12px;font-size:13px;line-height:18px;font-weight:600;background:${tone.ground};color:${tone.ink}"><span aria-hidden="true">${state.sign}&nbsp;</span>${state.word}</span></p>
<h1 class="ink" style="${HEADLINE}">${[sentenceCase(topic), ...more].join(". ")}${more.length > 0 && "."}</h1>
${blocks.map((block) => blockHtml(block, drawn))}
${target && html`<p style="margin:24px 0 0"><a class="button" href="${target}" style="display:inline-block;padding:12px 20px;border-radius:8px;font-size:15px;line-height:20px;font-weight:600;text-decoration:none;background:${LIGHT.accent};color:${LIGHT.accentInk}">${view.label}</a></p>`}
</td></tr>
</table>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:${CARD_WIDTH}px">
<tr><td class="cell" align="left" style="padding:18px 24px 0;${BREAK}">
${foot.flatMap((item) => (typeof item === "string" ? [html`<p class="soft" style="margin:0 0 8px;font-size:13px;line-height:19px;color:${LIGHT.soft}">${item}</p>`] : []))}
<p class="soft" style="margin:0;font-size:13px;line-height:24px;color:${LIGHT.soft}">${footLinks(foot)}</p>
</td></tr>
</table>
${MSO_CLOSE}
</td></tr>
</table>
</body>
</html>
`.text;
}

function blockHtml(block: Block, drawn: Drawn): Markup | null {
  switch (block.kind) {
    case "paragraph":
      return html`<p class="ink" style="${PARAGRAPH}">${block.text}</p>\n`;
    case "heading":
      return html`<h2 class="ink" style="${HEADING}">${block.text}</h2>\n`;
    case "facts":
      return html`<table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 16px">
${block.facts.map(
  (
    [label, value],
    index,
  ) => html`<tr><th scope="row" align="left" valign="top" width="104" class="soft rule" style="padding:7px 12px 7px 0;font-size:13px;line-height:21px;font-weight:400;color:${LIGHT.soft};${ruleAbove(index)}">${label}</th>
<td valign="top" class="ink rule" style="padding:7px 0;font-size:15px;line-height:21px;color:${LIGHT.ink};${index === 0 ? "font-weight:600;" : ""}${ruleAbove(index)}">${value}</td></tr>
`,
)}</table>\n`;
    case "list":
      return html`<ul class="ink" style="margin:0 0 16px;padding:0 0 0 20px;font-size:15px;line-height:23px;color:${LIGHT.ink}">${block.items.map(
        (item) => html`<li style="margin:0 0 4px">${item}</li>`,
      )}</ul>\n`;
    case "link": {
      const target = linkTarget(block.url);
      if (target === null) return null;
      return html`<p class="ink" style="${PARAGRAPH}"><a class="link" href="${target}" style="color:${LIGHT.accent};text-decoration:underline">${block.label}</a></p>\n`;
    }
    case "picture": {
      const picture = drawn.get(block);
      return (
        (picture &&
          html`<p style="margin:0 0 16px"><img class="soft" src="cid:${picture.cid}" alt="${block.alt}" width="${CHART_WIDTH}" height="${CHART_HEIGHT}" style="display:block;width:100%;max-width:552px;height:auto;border:0;font-size:13px;line-height:19px;color:${LIGHT.soft}"></p>\n`) ??
        null
      );
    }
  }
}

const sentenceCase = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const ruleAbove = (index: number) => (index === 0 ? "" : `border-top:1px solid ${LIGHT.line};`);

function footLinks(foot: MailDocument["foot"]): Markup[] {
  return foot.flatMap((item) => {
    const target = typeof item === "string" ? null : linkTarget(item.url);
    if (typeof item === "string" || target === null) return [];
    return [
      html`<a class="link" href="${target}" style="color:${LIGHT.accent};text-decoration:underline;white-space:nowrap">${item.label}</a>&ensp; `,
    ];
  });
}
