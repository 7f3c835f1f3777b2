import { z } from "zod";

/** A label as GitHub takes it. A comma separates labels in a question, so that none can be part of one. */
const label = z
  .string()
  .trim()
  .min(1, { error: "is empty. Write the label as it stands in the repository" })
  .max(50, { error: "is longer than the 50 characters that a label can have" })
  .refine((text) => !text.includes(","), {
    error: "has a comma in it, which can't be part of a label that is asked for",
  });

/** issueLabels of platform.yaml: by which labels the portal knows the operator's issues. */
export const issueLabelsSchema = z.strictObject({
  updateRequired: label.default("platform update required"),
  contractChange: label.default("platform contract change"),
  eviction: label.default("eviction"),
  incident: label.default("platform incident"),
  /** On an issue that concerns every tenant. */
  everyTenant: label.default("all tenants"),
  /** What stands before a tenant's id: tenant:photos. */
  tenantPrefix: label.default("tenant:"),
  /** What stands before a platform component's id: component:ingress. */
  componentPrefix: label.default("component:"),
});

export type IssueLabels = z.infer<typeof issueLabelsSchema>;

/** What holds where platform.yaml says nothing of labels. */
export const DEFAULT_ISSUE_LABELS: IssueLabels = issueLabelsSchema.parse({});

/** What a notice is about, the weightier first: an issue that has several labels is the first of them. */
export const NOTICE_KINDS = ["eviction", "update-required", "contract-change", "incident"] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** The label of each kind. */
export function kindLabels(labels: IssueLabels): Record<NoticeKind, string> {
  return {
    eviction: labels.eviction,
    "update-required": labels.updateRequired,
    "contract-change": labels.contractChange,
    incident: labels.incident,
  };
}
