import { expect, test } from "vitest";
import { addCadvisorRows, cadvisorLabels } from "./cadvisor";
import { Exposition } from "./exposition";

const place = {
  namespace: "tenant-photos",
  pod: "photos-1",
  uid: "0a1b2c3d-0000-4000-8000-000000000000",
  container: "photos",
  image: "registry/photos:1",
  restarts: 0,
};
const proxy = { ...place, container: "proxy", image: "registry/proxy:1" };

test("a pod has a row of its own without a container, and the node one without a pod", () => {
  const exposition = new Exposition()
    .counter("container_cpu_usage_seconds_total", "")
    .gauge("container_memory_working_set_bytes", "");
  addCadvisorRows(exposition, [
    { ...place, cpuSeconds: 10, residentBytes: 100 },
    { ...proxy, cpuSeconds: 1, residentBytes: 20 },
  ]);
  const memory = exposition
    .text()
    .split("\n")
    .filter((line) => line.startsWith("container_memory_working_set_bytes"));
  expect(memory.map((line) => Number(line.split(" ").at(-1)))).toEqual([120, 120, 100, 20]);
  expect(memory[0]).toMatch(/^container_memory_working_set_bytes\{id="\/"\} /);
  expect(memory[1]).toMatch(
    /\{namespace="tenant-photos",pod="photos-1",id="\/kubepods\.slice\/[^"]+\.slice"\} /,
  );
  expect(memory[2]).toMatch(
    /container="photos",image="registry\/photos:1",id="[^"]+\.scope",name="[0-9a-f]{64}"/,
  );
});

test("a container that was restarted is another one, in the same pod", () => {
  const [before, after] = [place, { ...place, restarts: 1 }].map(cadvisorLabels);
  expect(before?.name).not.toBe(after?.name);
  expect(before?.id?.split("/").slice(0, -1)).toEqual(after?.id?.split("/").slice(0, -1));
});
