import { NotFoundText } from "@/components/frame/not-found-text";

/** A release that isn't there, that the metrics store has forgotten, or that is another tenant's. */
export default function ReleaseNotFound() {
  return (
    <NotFoundText
      title="There is no record of this release"
      href="/timeline?kind=deployment"
      label="All deployments"
    >
      The address may be mistyped, the release may belong to another capability than the one you are viewing,
      or the platform’s metrics don’t go back so far.
    </NotFoundText>
  );
}
