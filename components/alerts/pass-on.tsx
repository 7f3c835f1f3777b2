import { Card } from "@/components/ui/card";
import { CopyText } from "@/components/ui/copy-text";

/** What an owner may pass on about an alert, to read before it is copied. The server writes both texts. */
export function PassOn({ markdown, forUsers }: { markdown: string; forUsers: string }) {
  return (
    <Card id="pass-on" title="Pass it on">
      <div className="grid gap-x-10 gap-y-5 lg:grid-cols-2">
        <div className="min-w-0" data-pass-on="issue">
          <h3 className="font-medium">For an issue</h3>
          <p className="mt-0.5 text-sm text-ink-soft">
            As Markdown, with times in UTC and in your capability’s zone. E-mail addresses are left out.
          </p>
          <p className="mt-2 flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1 text-sm">
            <CopyText text={markdown} label="Copy for the issue" />
          </p>
          <details className="mt-1 text-sm">
            <summary className="link inline-flex min-h-8 list-none items-center">Read it first</summary>
            <pre className="mt-1 whitespace-pre-wrap break-words rounded-lg bg-sunken p-3 font-mono text-[0.8125rem] select-all">
              {markdown}
            </pre>
          </details>
        </div>
        <div className="min-w-0" data-pass-on="users">
          <h3 className="font-medium">Words for your users</h3>
          <p className="mt-0.5 text-sm text-ink-soft">They name no cause and promise nothing.</p>
          <p className="mt-2 rounded-lg bg-sunken p-3 text-sm select-all">{forUsers}</p>
          <p className="mt-2 flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1 text-sm">
            <CopyText text={forUsers} label="Copy these words" />
          </p>
        </div>
      </div>
    </Card>
  );
}
