/** The new name of a column that an older build knows by another name: it may be empty, and nothing fills it by itself. */
const NEW_COLUMN = /^ALTER TABLE (\S+) ADD COLUMN (\S+) \w+$/;
/** The only function that is known to be harmless: it copies between two columns, and changes nothing where a build writes the old one. */
const COPY =
  /^CREATE OR REPLACE FUNCTION (?<name>\w+)\(\) RETURNS TRIGGER LANGUAGE plpgsql AS \$\$ BEGIN IF TG_OP = 'INSERT' THEN NEW\.(?<to>\w+) := COALESCE\(NEW\.\k<to>, NEW\.(?<from>\w+)\); NEW\.\k<from> := NEW\.\k<to>; ELSIF NEW\.\k<to> IS DISTINCT FROM OLD\.\k<to> THEN NEW\.\k<from> := NEW\.\k<to>; ELSE NEW\.\k<to> := NEW\.\k<from>; END IF; RETURN NEW; END \$\$$/;
const TRIGGER =
  /^CREATE TRIGGER \w+ BEFORE INSERT OR UPDATE OF (?<to>\w+), (?<from>\w+) ON (?<table>\w+) FOR EACH ROW EXECUTE FUNCTION (?<name>\w+)\(\)$/;
const BACKFILL = /^UPDATE (\w+) SET (\w+) = \w+( WHERE .+)?$/;

/**
 * Recognizes the statements that give a column a second name while older builds run: the new column, the trigger that copies each
 * into the other, and the update of the rows that there are. A column that an older build knows is never written by itself.
 */
export function createRenamedColumns(): { has(statement: string): boolean } {
  const added = new Set<string>();
  const copies = new Map<string, string>();
  const isAdded = (table = "", column = "") => added.has(`${table}.${column}`);

  const isColumn = (statement: string) => {
    const [, table, column] = NEW_COLUMN.exec(statement) ?? [];
    if (table) added.add(`${table}.${column}`);
    return table !== undefined;
  };
  const isCopy = (statement: string) => {
    const { name, to, from } = COPY.exec(statement)?.groups ?? {};
    if (!name || copies.has(name)) return false; // a trigger may run it by now
    copies.set(name, `${to}, ${from}`);
    return true;
  };
  const isTrigger = (statement: string) => {
    const { to, from, table, name = "" } = TRIGGER.exec(statement)?.groups ?? {};
    return copies.get(name) === `${to}, ${from}` && isAdded(table, to);
  };
  const isBackfill = (statement: string) => {
    const [, table, column] = BACKFILL.exec(statement) ?? [];
    return isAdded(table, column);
  };
  return {
    /** Whether it is one of them, after those before it in the order of the migrations. */
    has: (statement) => [isColumn, isCopy, isTrigger, isBackfill].some((is) => is(statement)),
  };
}
