import type { PollError } from "../ui/get-json";

const WAYS_ON: Record<PollError["code"], { href: string; words: string }> = {
  "signed-out": { href: "/sign-in", words: "Sign in again" },
  "other-session": { href: "/", words: "Open the capability that is signed in" },
  refused: { href: "/", words: "See why" },
  failed: { href: "/", words: "Load the page anew" },
};

/** The session ended while the page was open: what to do about it. It lies over the page, so that nothing moves. */
export function SessionEnded({ failure }: { failure: PollError }) {
  const { href, words } = WAYS_ON[failure.code];
  return (
    <div
      role="alert"
      className="fixed inset-x-4 bottom-4 z-10 mx-auto max-w-lg rounded-2xl border border-accent bg-accent-soft px-5 py-4 shadow-lg"
    >
      <p className="font-medium">{failure.message}</p>
      <p className="mt-0.5 text-sm">
        The values on this page are no longer updated.{" "}
        <a href={href} className="link font-medium">
          {words}
        </a>
      </p>
    </div>
  );
}
