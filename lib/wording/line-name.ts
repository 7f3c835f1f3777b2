type Named = { id: string; title: string; lines: readonly { id: string; label: string }[] };

/**
 * What a line goes by where a signal has a line that stands for the signal itself, which is the one with its id: that line by the
 * signal's title, and those beside it by their own labels.
 * @returns null where no line has the signal's id
 */
export function ownName({ id, title, lines }: Named, line: { id: string; label: string }): string | null {
  if (line.id === id) return title;
  return lines.some((each) => each.id === id) ? line.label : null;
}
