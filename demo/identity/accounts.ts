import { GUEST_ID } from "../platform/characters";

/** The one password of every demo account. It is printed and shown: it protects nothing but a demo on this machine. */
export const DEMO_PASSWORD = "watchpost";

export type Account = {
  /** Also the subject: an account never changes its address here. */
  email: string;
  name: string;
  /** The claim as it goes into the token; absent when the token carries none. */
  tenant?: string | string[];
  /** Directory groups, as many providers put them into every ID token. */
  groups?: string[];
  /** What the account is good for, in the words of the sign-in page. */
  purpose: string;
};

const OWNERS: Account[] = [
  {
    email: "owner@photos.example",
    name: "Pia Sommer",
    tenant: "photos",
    purpose: "Owns the Photo Library: a steady day, healthy.",
  },
  {
    email: "owner@tickets.example",
    name: "Theo Marsh",
    tenant: "tickets",
    purpose: "Owns the Ticket Desk: busy, slower, errors now and then.",
  },
  {
    email: "owner@weather.example",
    name: "Wen Ishikawa",
    tenant: "weather",
    purpose: "Owns the Weather Station: so few requests that it often has no traffic.",
  },
];

const SPECIAL: Account[] = [
  {
    email: "owner@pottery.example",
    name: "Pim Otters",
    tenant: "pottery",
    purpose:
      "Owns the Pottery Class, which is to leave: npm run demo -- calendar walks it through all phases.",
  },
  {
    email: "owner@drill.example",
    name: "Dana Rill",
    tenant: GUEST_ID,
    purpose: "Owns the capability of npm run drill, which is here only while that runs.",
  },
  {
    email: "both@example.org",
    name: "Bo Thorne",
    tenant: ["photos", "tickets"],
    purpose: "Owns two capabilities, and chooses one at sign-in.",
  },
  {
    email: "nobody@example.org",
    name: "Noor Aziz",
    purpose: "Owns nothing: the token carries no claim, and the portal shows no data.",
  },
];

/** As a directory names its groups: each by a UUID. */
const groupIds = (count: number) =>
  Array.from({ length: count }, (_, index) => `5f0c7a1e-0000-4000-8000-${String(index).padStart(12, "0")}`);

/** Accounts that only the walks need: most claims name a tenant that the portal must refuse. */
const WALKS: Account[] = [
  {
    email: "stranger@example.org",
    name: "Sam Torres",
    tenant: "harbour",
    purpose: "Its tenant is unknown to the portal.",
  },
  {
    email: "early@example.org",
    name: "Erin Boyd",
    tenant: "library",
    purpose: "Its tenant is being onboarded.",
  },
  {
    email: "gone@example.org",
    name: "Gita Novak",
    tenant: "archive",
    purpose: "Its tenant was offboarded.",
  },
  {
    email: "half@example.org",
    name: "Hal Fields",
    tenant: ["photos", "harbour"],
    purpose: "One of its two tenants is unknown to the portal.",
  },
  {
    email: "odd@example.org",
    name: "Odette Lang",
    tenant: ["photos'} or vector(1)", ""],
    purpose: "Its claim is no tenant id at all.",
  },
  {
    email: "grouped@example.org",
    name: "Gro Upton",
    tenant: "photos",
    groups: groupIds(60),
    purpose: "Is in so many groups that its session goes in several cookies.",
  },
  {
    email: "crowded@example.org",
    name: "Cro Dean",
    tenant: "photos",
    groups: groupIds(200),
    purpose: "Is in more groups than a cookie can carry.",
  },
  {
    email: "owner@ghost.example",
    name: "Gil Hort",
    tenant: "ghost",
    purpose: "Nothing is measured of its tenant.",
  },
  {
    email: "owner@orchard.example",
    name: "Orla Chard",
    tenant: "orchard",
    purpose: "Its thresholds are switched off during a walk.",
  },
  {
    email: "owner@canary.example",
    name: "Cora Nary",
    tenant: "canary",
    purpose: "Owns the operator's canary, whose thresholds a walk changes.",
  },
  {
    email: "owner@market.example",
    name: "Mara Kettle",
    tenant: "market",
    purpose: "Its tenant is offboarded during a walk.",
  },
  {
    email: "owner@lantern.example",
    name: "Lena Hold",
    tenant: "lantern",
    purpose: "Its tenant leaves, and is deleted, during a walk.",
  },
  {
    email: "owner@bakery.example",
    name: "Bea Kern",
    tenant: "bakery",
    purpose: "Its tenant is there during a walk with ten owners.",
  },
  {
    email: "owner@cinema.example",
    name: "Cid Nema",
    tenant: "cinema",
    purpose: "Its tenant is there during a walk with ten owners.",
  },
];

/** The accounts that this server knows. @param walks whether the accounts of the walks are among them */
export function demoAccounts(walks: boolean): Account[] {
  return walks ? [...OWNERS, ...SPECIAL, ...WALKS] : [...OWNERS, ...SPECIAL];
}
