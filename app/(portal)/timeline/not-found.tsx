import { NotFoundText } from "@/components/frame/not-found-text";

/** An address of the timeline with a kind that there isn't. */
export default function KindNotFound() {
  return <NotFoundText title="There is no such kind of event" href="/timeline" label="The whole timeline" />;
}
