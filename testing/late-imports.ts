import { afterAll, vi } from "vitest";

// A component that loads a part of itself late begins that when it is rendered. Files share a process, and an import that is
// still on its way when its file ends would fail in the next one.
afterAll(() => vi.dynamicImportSettled());
