/**
 * Reads the parts of something, a few at a time, and brings them into their order whatever order they come in.
 * @param atOnce how many are asked for at the same time
 * @param read asks for one part, counted from 0
 * @param onRead called with how many are read, after each
 * @throws what `read` throws first; no further part is asked for then
 */
export async function readParts<T>(
  count: number,
  atOnce: number,
  read: (part: number) => Promise<T>,
  onRead: (done: number) => void,
): Promise<T[]> {
  const parts: T[] = [];
  let next = 0;
  let done = 0;
  let failed = false;
  const reader = async () => {
    for (let part = next++; part < count && !failed; part = next++) {
      try {
        parts[part] = await read(part);
      } catch (error) {
        failed = true;
        throw error;
      }
      done += 1;
      onRead(done);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, reader));
  return parts;
}
