import type { ReactNode } from "react";
import Markdown from "react-markdown";

const ALLOWED = [
  "p",
  "ul",
  "ol",
  "li",
  "strong",
  "em",
  "del",
  "code",
  "pre",
  "blockquote",
  "br",
  "hr",
  "a",
  "img",
];

/** An address on its own is a link, too, as it is on GitHub. */
const withLinks = (text: string) =>
  text.replace(/(^|[\s:])(https?:\/\/[^\s<>()[\]`"]*[^\s<>()[\]`".,;:!?])/g, "$1<$2>");

const onlyWeb = (address: string) => (/^https?:\/\//i.test(address) && URL.canParse(address) ? address : "");

/** The parser may take time with the square of a longer text's length. */
export const MOST_MARKDOWN = 4_000;

/** Elements that are nested as deep as a line of 4,000 characters can nest them exhaust the stack. */
const TOO_DEEP = /^[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+|>[ \t]*){20}/m;

/**
 * Markdown of an issue, rendered by the server. It was written outside of the portal: raw HTML is dropped, links lead to http and
 * https alone, and pictures, which would ask somebody else's server, are named instead of shown.
 */
export function IssueText({ children }: { children: string }) {
  if (children.length > MOST_MARKDOWN || TOO_DEEP.test(children))
    return <div className="whitespace-pre-wrap break-words">{children}</div>;
  return (
    <div className="space-y-2 break-words [&_blockquote]:border-l-2 [&_blockquote]:border-line-strong [&_blockquote]:pl-3 [&_code]:rounded [&_code]:bg-sunken [&_code]:px-1 [&_code]:text-[0.9em] [&_ol]:list-decimal [&_ol]:pl-5 [&_pre]:overflow-x-auto [&_pre]:rounded-lg [&_pre]:bg-sunken [&_pre]:p-3 [&_pre_code]:p-0 [&_ul]:list-disc [&_ul]:pl-5">
      <Markdown
        skipHtml
        allowedElements={ALLOWED}
        unwrapDisallowed
        urlTransform={onlyWeb}
        components={{
          a: ({ href, children: words }) => <IssueLink href={href}>{words}</IssueLink>,
          img: ({ alt }) => <span className="text-ink-soft">(picture: {alt || "without words"})</span>,
        }}
      >
        {withLinks(children)}
      </Markdown>
    </div>
  );
}

function IssueLink({ href, children }: { href: string | undefined; children: ReactNode }) {
  if (!href) return children;
  return (
    <a href={href} rel="noopener noreferrer nofollow" className="link break-all">
      {children}
      <span className="sr-only"> (leaves Watchpost)</span>
    </a>
  );
}
