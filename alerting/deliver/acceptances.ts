import type { Outbox } from "@/lib/delivery/store";

/**
 * Records acceptances in batches: while one batch is being written the next one gathers, so that a fast relay isn't slowed to
 * one commit per mail, and a lone mail still waits for nothing.
 * @param relaySettings a digest of the settings of the relay that accepts
 * @returns a function that resolves when its mail is committed as accepted
 */
export function createAcceptances(
  outbox: Outbox,
  relaySettings: string,
): (mail: { id: string; words: string }) => Promise<void> {
  let gathering: { id: string; words: string }[] = [];
  let writing: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | null = null;

  return (mail) => {
    gathering.push(mail);
    next ??= writing.then(() => {
      const batch = gathering;
      gathering = [];
      next = null;
      const written = outbox.accept(batch, relaySettings);
      writing = written.catch(() => {}); // each mail of a failed batch is tried again by its own caller
      return written;
    });
    return next;
  };
}
