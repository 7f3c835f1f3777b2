import { NotFoundText } from "@/components/frame/not-found-text";

/** The same for an alert that doesn't exist and for one that is somebody else's. */
export default function AlertNotFound() {
  return (
    <NotFoundText title="There is no such alert" href="/alerts" label="All alerts">
      Alerts of your capability are listed by when they began.
    </NotFoundText>
  );
}
