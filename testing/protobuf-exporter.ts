import { createServer } from "node:http";

// Prometheus takes native histograms by protobuf alone, so this writes what little of it is needed.
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
const bytes = (field: number, content: readonly number[]) => [
  ...varint(field * 8 + 2),
  ...varint(content.length),
  ...content,
];
const text = (field: number, value: string) => bytes(field, [...Buffer.from(value)]);
const whole = (field: number, value: number) => [...varint(field * 8), ...varint(value)];
const double = (field: number, value: number) => {
  const content = Buffer.alloc(8);
  content.writeDoubleLE(value);
  return [...varint(field * 8 + 1), ...content];
};
const tenant = (id: string) => bytes(1, [...text(1, "tenant"), ...text(2, id)]);
const GAUGE = 1;
const HISTOGRAM = 4;
const family = (name: string, type: number, metrics: number[][]) => {
  const message = [...text(1, name), ...whole(3, type), ...metrics.flatMap((metric) => bytes(4, metric))];
  return [...varint(message.length), ...message];
};
const gauge = (id: string, value: number) => [...tenant(id), ...bytes(2, double(1, value))];
/** Two observations in one bucket; schema 0, written in zigzag. */
const histogram = (id: string) => [
  ...tenant(id),
  ...bytes(7, [
    ...whole(1, 2),
    ...double(2, 3),
    ...whole(5, 0),
    ...double(6, 0.001),
    ...whole(7, 0),
    ...bytes(12, [...whole(1, 2), ...whole(2, 1)]),
    ...whole(13, 4),
  ]),
];

/** A gauge with a value for each tenant, to be exposed. */
export const gauges = (name: string, values: Record<string, number>): number[] =>
  family(
    name,
    GAUGE,
    Object.entries(values).map(([id, value]) => gauge(id, value)),
  );

/** A native histogram of each of these tenants, without classic buckets. */
export const nativeHistograms = (name: string, tenantIds: readonly string[]): number[] =>
  family(name, HISTOGRAM, tenantIds.map(histogram));

export type ProtobufExporter = {
  /** host:port, as Prometheus wants it. */
  target: string;
  stop(): void;
};

/** Serves metrics in Prometheus's protobuf form, on a free port of 127.0.0.1. @param families as `gauges` and `nativeHistograms` make them */
export async function startProtobufExporter(families: readonly number[]): Promise<ProtobufExporter> {
  const server = createServer((_, response) => {
    response.setHeader(
      "Content-Type",
      "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
    );
    response.end(Buffer.from(families));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { target: `127.0.0.1:${typeof address === "object" && address ? address.port : 0}`, stop };
}
