import { BOUNDS, replicaSetOf, requestsOf } from "../capability";
import { again, constantly, exportersOf, growing, type StockSeries } from "../exporters";
import { STOCK_NOW_MS } from "../scenario";
import {
  capabilityWith,
  during,
  growingBy,
  seriesNamed,
  steppingAt,
  type TransitionScenario,
  until,
} from "./transition-scenario";

const ofRequests = ({ name }: StockSeries) => name.startsWith("http_request_duration_seconds");
const NAME = "http_request_duration_seconds";

type Rates = StockSeries["at"];
/** Requests of one service that are quick or slow, good or failed, at rates of their own. */
function traffic(
  id: string,
  of: { seconds: number; rate: Rates; code?: string; service?: string; bounds?: readonly number[] }[],
): StockSeries[] {
  return of.flatMap(({ seconds, rate, code = "200", service = "web", bounds = BOUNDS }, nth) =>
    requestsOf(exportersOf(id), {
      service,
      pod: `${service}-${nth}`,
      code,
      perSecond: 1,
      seconds,
      bounds,
    }).map((each) => {
      const le = Number((each.labels.le ?? "").replace("+Inf", "Infinity"));
      if (each.name === `${NAME}_bucket` && seconds > le) return each;
      const factor = each.name === `${NAME}_sum` ? seconds : 1;
      const scaled: Rates = (minute) => {
        const value = rate(minute);
        return value === null ? null : value * factor;
      };
      return { ...each, at: scaled };
    }),
  );
}
const withTraffic = (id: string, ...of: Parameters<typeof traffic>[1]) => [
  ...capabilityWith(id, []).filter((each) => !ofRequests(each)),
  ...traffic(id, of),
];

const FOUR = growing(4);
/** Four a second until a minute, half of them up to another, and four again. */
const halvedDuring = (from: number, to: number) => growingBy([-120, 4], [from, 2], [to, 4]);
const onlyDuring = (from: number, to: number, perSecond: number) =>
  growingBy([-120, 0], [from, perSecond], [to, 0]);

const RESTARTS = seriesNamed("kube_pod_container_status_restarts_total", { pod: "web-1-aaaaa" });
/** From the third within 30 minutes on, until 30 minutes after the first. */
const THREE_CRASHES = [-60, -55, -50];
const THREE = "firing -49.5, recovering -30, ok -15";

export const REQUESTS_AND_RESTARTS: readonly TransitionScenario[] = [
  {
    id: "t-errors",
    what: "half of the requests fail for 15 minutes",
    why: "A minute of it is 9 % of the window. Its last half minute is 4 %, 4.5 minutes later.",
    series: withTraffic(
      "t-errors",
      { seconds: 0.2, rate: halvedDuring(-60, -45) },
      { seconds: 0.2, rate: onlyDuring(-60, -45, 2), code: "503" },
    ),
    story: { "error-rate/error-rate": "pending -59, firing -54, recovering -40.5, ok -35.5" },
  },
  {
    id: "t-errors-of-callers",
    what: "half of the requests are refused as the caller's mistake",
    why: "4xx are no failures of the capability.",
    series: withTraffic(
      "t-errors-of-callers",
      { seconds: 0.2, rate: halvedDuring(-60, -45) },
      { seconds: 0.2, rate: onlyDuring(-60, -45, 2), code: "404" },
    ),
    story: {},
  },
  {
    id: "t-few-errors",
    what: "4 % of the requests fail",
    why: "5 % alert.",
    series: withTraffic(
      "t-few-errors",
      { seconds: 0.2, rate: growing(3.84) },
      { seconds: 0.2, rate: growing(0.16), code: "500" },
    ),
    story: {},
  },
  {
    id: "t-errors-twice",
    what: "a pair of Prometheus writes to the store, one of which saw no failures of a pod: 4 % failed",
    why: "The same requests count once: the sum of both would be 2 %, and errors alone counted twice 8 %.",
    series: again(
      withTraffic(
        "t-errors-twice",
        { seconds: 0.2, rate: growing(3.84) },
        { seconds: 0.2, rate: growing(0.16), code: "500" },
      ),
      { prometheus_replica: "a" },
    ).concat(
      again(
        traffic("t-errors-twice", [
          { seconds: 0.2, rate: growing(3.84) },
          { seconds: 0.2, rate: growing(0.16), code: "500" },
        ]).filter(({ labels }) => labels.code === "500"),
        {
          prometheus_replica: "b",
        },
      ),
    ),
    story: {},
  },
  {
    id: "t-hardly-used",
    what: "three requests a minute, and all of them fail",
    why: "15 in the window are fewer than 20: nothing is judged.",
    series: withTraffic("t-hardly-used", { seconds: 0.2, rate: growing(0.05), code: "500" }),
    story: {},
  },
  {
    id: "t-traffic-ends",
    what: "no requests come any more",
    why: "The last of them leave the window after 5 minutes.",
    series: withTraffic("t-traffic-ends", { seconds: 0.2, rate: growingBy([-120, 4], [-50, 0]) }),
    story: { "latency/p95": "no-traffic -45", "error-rate/error-rate": "no-traffic -45" },
  },
  {
    id: "t-service-lost",
    what: "the service isn't scraped any more",
    why: "A newest sample that is older than 90 s is no data, whatever the window remembers.",
    series: withTraffic("t-service-lost", { seconds: 0.2, rate: until(-50)(FOUR) }),
    story: { "latency/p95": "missing -47.5", "error-rate/error-rate": "missing -47.5" },
  },
  {
    id: "t-slow",
    what: "all requests take 4 s for 15 minutes",
    why: "Half a minute of it is more than 5 of 100 requests, until all of it has left the window.",
    series: withTraffic(
      "t-slow",
      { seconds: 0.2, rate: growingBy([-120, 4], [-60, 0], [-45, 4]) },
      { seconds: 4, rate: onlyDuring(-60, -45, 4) },
    ),
    story: { "latency/p95": "pending -59.5, firing -54.5, recovering -40, ok -35" },
  },
  {
    id: "t-slow-few",
    what: "four of a hundred requests take 4 s",
    why: "95 of 100 are quick.",
    series: withTraffic(
      "t-slow-few",
      { seconds: 0.2, rate: growing(3.84) },
      { seconds: 4, rate: growing(0.16) },
    ),
    story: {},
  },
  {
    id: "t-slow-service",
    what: "one of two services, with a hundredth of the requests, takes 4 s from its start on",
    why: "The slowest service counts. Its first two scrapes are seen at -59.5.",
    series: withTraffic(
      "t-slow-service",
      { seconds: 0.2, rate: FOUR },
      { seconds: 4, rate: (minute) => (minute < -60 ? null : growing(0.04)(minute)), service: "api" },
    ),
    story: { "latency/p95": "pending -59.5, firing -54.5" },
  },
  {
    id: "t-beyond",
    what: "all requests take 30 s, and the highest bucket is of 0.5 s",
    why: "The quantile stops at 0.5 s, and the mean of what lies above it doesn't.",
    series: withTraffic(
      "t-beyond",
      { seconds: 0.2, rate: growingBy([-120, 4], [-60, 0]), bounds: [0.1, 0.25, 0.5] },
      { seconds: 30, rate: onlyDuring(-60, 1, 4), bounds: [0.1, 0.25, 0.5] },
    ),
    story: { "latency/p95": "pending -59.5, firing -54.5" },
  },
  {
    id: "t-crashes",
    what: "a container crashes three times in ten minutes",
    why: "The third within 30 minutes alerts at once. 30 minutes after the first one they are two.",
    series: capabilityWith("t-crashes", [[RESTARTS, () => steppingAt(THREE_CRASHES)]]),
    story: { "restarts/restarts": THREE },
  },
  {
    id: "t-two-crashes",
    what: "a container crashes twice",
    why: "Three alert.",
    series: capabilityWith("t-two-crashes", [[RESTARTS, () => steppingAt([-60, -55])]]),
    story: {},
  },
  {
    id: "t-init-crashes",
    what: "an init container crashes three times in ten minutes",
    why: "It is a container of the capability.",
    series: capabilityWith(
      "t-init-crashes",
      [],
      [
        exportersOf("t-init-crashes").kubeState(
          "kube_pod_init_container_status_restarts_total",
          { pod: "web-1-aaaaa", uid: "uid-of-web-1-aaaaa", container: "prepare" },
          steppingAt(THREE_CRASHES),
        ),
      ],
    ),
    story: { "restarts/restarts": THREE },
  },
  {
    id: "t-crashes-apart",
    what: "two containers crash three times together",
    why: "The capability's crashes are counted together.",
    series: capabilityWith("t-crashes-apart", [
      [RESTARTS, () => steppingAt([-60, -50])],
      [
        seriesNamed("kube_pod_container_status_restarts_total", { pod: "web-1-bbbbb" }),
        () => steppingAt([-55]),
      ],
    ]),
    story: { "restarts/restarts": THREE },
  },
  {
    id: "t-regular-crashes",
    what: "a container crashes every 13 minutes",
    why: "Three in 30 minutes for 3.5 minutes of each 13. It is one alert, which doesn't end between them.",
    series: capabilityWith("t-regular-crashes", [
      [RESTARTS, () => steppingAt([-80, -67, -54, -41, -28, -15, -2])],
    ]),
    story: {
      "restarts/restarts":
        "firing -53.5, recovering -50, firing -40.5, recovering -37, firing -27.5, recovering -24, firing -14.5, recovering -11, firing -1.5",
    },
  },
  {
    id: "t-deployed",
    what: "a container crashes three times within five minutes after a deployment",
    why: "A deployment explains them.",
    series: capabilityWith(
      "t-deployed",
      [[RESTARTS, () => steppingAt([-49, -48, -47])]],
      replicaSetOf(
        exportersOf("t-deployed"),
        { name: "web-2", version: "2.0.0", createdAtMinute: -50, replicas: constantly(2) },
        STOCK_NOW_MS,
      ),
    ),
    story: {},
  },
  {
    id: "t-job-crashes",
    what: "a migration's container crashes three times, and its pod is removed",
    why: "A job's containers don't count, also while the window still reaches back to them.",
    series: capabilityWith(
      "t-job-crashes",
      [],
      [
        exportersOf("t-job-crashes").kubeState(
          "kube_pod_container_status_restarts_total",
          { pod: "migrate-x", uid: "uid-of-migrate-x", container: "migrate" },
          until(-45)(steppingAt(THREE_CRASHES)),
        ),
        exportersOf("t-job-crashes").kubeState(
          "kube_pod_owner",
          {
            pod: "migrate-x",
            uid: "uid-of-migrate-x",
            owner_kind: "Job",
            owner_name: "migrate",
            owner_is_controller: "true",
          },
          until(-45)(constantly(1)),
        ),
      ],
    ),
    story: {},
  },
  {
    id: "t-exporter-moves",
    what: "kube-state-metrics moves to another instance, and a container has crashed seven times long ago",
    why: "What another scrape counts is no new crash.",
    series: capabilityWith(
      "t-exporter-moves",
      [[RESTARTS, until(-50)]],
      [
        exportersOf("t-exporter-moves").kubeState(
          "kube_pod_container_status_restarts_total",
          { pod: "web-1-aaaaa", uid: "uid-of-web-1-aaaaa", container: "app" },
          during(-90, -50, null)(constantly(0)),
          { instance: "10.244.0.99:8080" },
        ),
      ],
    ),
    story: {},
  },
];
