import type { Chart } from "./chart";

/** What the state's word is coloured with. The word and a sign always stand beside the colour. */
export type Tone = "bad" | "warn" | "ok" | "mute";

/** One fact under its label. */
export type FactRow = readonly [label: string, value: string];

/** A part of the mail that both the text and the HTML show in this order. Only a picture is in the HTML alone. */
export type Block =
  | { kind: "paragraph"; text: string }
  | { kind: "heading"; text: string }
  | { kind: "facts"; facts: FactRow[] }
  | { kind: "list"; items: string[] }
  | ({ kind: "link" } & Link)
  /** alt says in words what the picture shows. */
  | { kind: "picture"; chart: Chart; alt: string };

export type Link = { label: string; url: string };

/** A mail in words, before it is text or HTML: both say the same because both are written from this. */
export type MailDocument = {
  subject: string;
  /** "Alert", "Recovered": the first word of all. */
  state: { word: string; sign: string; tone: Tone };
  /** What it is about, with its value, as within a sentence: "error rate 8.4 %". It comes right after the state. */
  topic: string;
  capability: string;
  /** What else belongs to the first line, as sentences without their full stops: "Error rate is back". */
  more: string[];
  blocks: Block[];
  view: Link;
  /** Sentences and links at the foot. */
  foot: (string | Link)[];
};
