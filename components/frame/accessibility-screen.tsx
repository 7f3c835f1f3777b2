import { Card } from "@/components/ui/card";
import { ExternalLink } from "@/components/ui/external-link";

/** What the portal promises to readers with other senses, hands and tools; what was tried; what is missing; whom to tell. */
export function AccessibilityScreen({ reportUrl }: { reportUrl: string | null }) {
  return (
    <div className="space-y-4">
      <h1 className="text-2xl font-semibold tracking-tight">Accessibility</h1>
      <Card id="conformance" title="What is promised">
        <p className="max-w-prose">
          Every page is meant to conform to WCAG 2.2, level AA. That is our own assessment, not an audit by
          others. Everything works by keyboard, at 400{"\u00a0"}% zoom, in light, dark, high contrast and
          forced colours, with less motion, and on paper. Without JavaScript all values are there, with tables
          in place of charts.
        </p>
      </Card>
      <Card id="tried" title="What was tried">
        <ul className="max-w-prose list-disc space-y-1 pl-5">
          <li>Chromium, in sizes from 320 to 1280 pixels, with the rules of axe on every page and state.</li>
          <li>
            The keyboard alone, on the health page: order, visible focus, nothing that covers the focus.
          </li>
          <li>What a screen reader is told, read from the markup: names, roles, states and announcements.</li>
        </ul>
      </Card>
      <Card id="gaps" title="What is known to be missing">
        <ul className="max-w-prose list-disc space-y-1 pl-5">
          <li>No screen reader was listened to, and no other browser than Chromium was tried.</li>
          <li>Charts of a data migration have no table without JavaScript; its figures stand above them.</li>
          <li>
            On a phone, cards that fail stand first; some browsers let the keyboard follow the other order.
          </li>
        </ul>
      </Card>
      <Card id="contact" title="Whom to tell">
        <p className="max-w-prose">
          Tell the operator of the platform what doesn’t work, on which page, and with which browser and tool.{" "}
          {reportUrl && <ExternalLink href={reportUrl}>Report it to the operator</ExternalLink>}
        </p>
      </Card>
    </div>
  );
}
