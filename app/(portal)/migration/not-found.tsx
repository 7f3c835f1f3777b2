import { NotFoundText } from "@/components/frame/not-found-text";

/** An address of a run that there isn't, or that isn't kept any more. */
export default function RunNotFound() {
  return (
    <NotFoundText title="There is no such run" href="/migration" label="The newest run">
      Runs are shown as far as the platform’s metrics reach back.
    </NotFoundText>
  );
}
