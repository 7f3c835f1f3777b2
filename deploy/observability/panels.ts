export type Panel = {
  title: string;
  /** What it shows and when to worry, for a reader who opens it the first time. */
  description: string;
  unit: "seconds" | "bytes" | "count" | "days" | "cores";
  /** `legend` names a label as {{label}}, or says what the line is. */
  queries: readonly { promql: string; legend: string }[];
};

const p95 = (metric: string, by: string) =>
  `histogram_quantile(0.95, sum by (le, ${by}) (rate(${metric}_bucket[5m])))`;
/** Adds the process to a series. Without it, series of two processes differ only in the job, or in the port of one machine. */
const ofProcess = (promql: string) =>
  `${promql} * on (job, instance) group_left (process) watchpost_build_info`;
const PROCESS = "{{process}} {{instance}}";

/**
 * The operator's dashboard, in one place for every format that it is written in.
 *
 * Like the alert rules its queries name metrics that only Watchpost has, and no job.
 */
export const DASHBOARD: { title: string; rows: readonly { title: string; panels: readonly Panel[] }[] } = {
  title: "Watchpost",
  rows: [
    {
      title: "Judging",
      panels: [
        {
          title: "Age of the newest slot",
          description:
            "How long ago the slot was that a worker judged last. Beyond three intervals it is late.",
          unit: "seconds",
          queries: [
            { promql: "time() - max(watchpost_last_slot_timestamp_seconds > 0)", legend: "age" },
            { promql: "3 * max(watchpost_evaluation_interval_seconds)", legend: "late from here on" },
          ],
        },
        {
          title: "Lag of a slot",
          description: "From a slot's time to the commit of its judgement, for 95 of 100 slots.",
          unit: "seconds",
          queries: [
            {
              promql: "histogram_quantile(0.95, sum by (le) (rate(watchpost_slot_lag_seconds_bucket[5m])))",
              legend: "lag",
            },
          ],
        },
        {
          title: "Time of a cycle, by stage",
          description: "The slow stage shows where to look: ask is Prometheus, write is the database.",
          unit: "seconds",
          queries: [{ promql: p95("watchpost_cycle_duration_seconds", "stage"), legend: "{{stage}}" }],
        },
        {
          title: "Cycles, by outcome",
          description:
            "Within five minutes, of all lines and workers. Failed and guarded ones judged nothing.",
          unit: "count",
          queries: [
            {
              promql: "sum by (outcome) (increase(watchpost_cycles_total[5m]))",
              legend: "{{outcome}}",
            },
          ],
        },
        {
          title: "Failing cycles, by line and reason",
          description: "Within five minutes. All lines at once: Prometheus. One line: its query.",
          unit: "count",
          queries: [
            {
              promql: 'sum by (line, reason) (increase(watchpost_cycles_total{outcome!="good"}[5m]))',
              legend: "{{line}}: {{reason}}",
            },
          ],
        },
        {
          title: "Slots, by result",
          description: "Within five minutes. Lost ones were judged by another worker; missed ones by nobody.",
          unit: "count",
          queries: [
            { promql: "sum by (result) (increase(watchpost_slots_total[5m]))", legend: "{{result}}" },
          ],
        },
      ],
    },
    {
      title: "Mail",
      panels: [
        {
          title: "Age of the queue",
          description:
            "How old the oldest mail is that waits for a worker or the relay, and how long the oldest is due.",
          unit: "seconds",
          queries: [
            { promql: "max(watchpost_mails_oldest_undelivered_seconds)", legend: "undelivered" },
            { promql: "max(watchpost_mails_oldest_due_seconds)", legend: "due" },
          ],
        },
        {
          title: "Mails in the queue, and written",
          description:
            "Mails that could leave now, and those that were written within five minutes, by kind.",
          unit: "count",
          queries: [
            { promql: "max(watchpost_mails_due)", legend: "due" },
            {
              promql: "sum by (kind) (increase(watchpost_mails_written_total[5m]))",
              legend: "written: {{kind}}",
            },
          ],
        },
        {
          title: "Sends, by outcome",
          description: "Tries within five minutes. Transport is the relay's trouble, and blames no address.",
          unit: "count",
          queries: [
            { promql: "sum by (outcome) (increase(watchpost_sends_total[5m]))", legend: "{{outcome}}" },
          ],
        },
        {
          title: "Bounces, by action",
          description: "Within an hour. Failed ones are final.",
          unit: "count",
          queries: [
            {
              promql: 'sum by (action) (increase(watchpost_bounces_total{effect="recorded"}[1h]))',
              legend: "{{action}}",
            },
          ],
        },
        {
          title: "Breaker of the relay",
          description: "How many workers' breakers are in each state. Closed is well.",
          unit: "count",
          queries: [{ promql: "sum by (state) (watchpost_relay_breaker)", legend: "{{state}}" }],
        },
        {
          title: "Days left of the relay's certificate",
          description: "Empty where the relay speaks without TLS.",
          unit: "days",
          queries: [
            {
              promql: "(min(watchpost_relay_certificate_expiry_timestamp_seconds) - time()) / 86400",
              legend: "days",
            },
          ],
        },
      ],
    },
    {
      title: "Portal",
      panels: [
        {
          title: "Sign-ins, by result",
          description:
            "Within fifteen minutes. Denied access and a mismatched state are the browser's or its owner's own.",
          unit: "count",
          queries: [
            { promql: "sum by (result) (increase(watchpost_sign_ins_total[15m]))", legend: "{{result}}" },
          ],
        },
        {
          title: "Requests, by status",
          description: "Within five minutes, of the routes under /api and of /readyz.",
          unit: "count",
          queries: [
            {
              promql: "sum by (status) (increase(watchpost_http_request_duration_seconds_count[5m]))",
              legend: "{{status}}",
            },
          ],
        },
        {
          title: "Time of a request, by route",
          description: "For 95 of 100 requests.",
          unit: "seconds",
          queries: [{ promql: p95("watchpost_http_request_duration_seconds", "route"), legend: "{{route}}" }],
        },
        {
          title: "Questions to Prometheus, by outcome",
          description: "Within five minutes, of portal and workers.",
          unit: "count",
          queries: [
            {
              promql: "sum by (outcome) (increase(watchpost_prometheus_queries_total[5m]))",
              legend: "{{outcome}}",
            },
          ],
        },
        {
          title: "Time of a question to Prometheus",
          description: "For 95 of 100 questions.",
          unit: "seconds",
          queries: [
            {
              promql:
                "histogram_quantile(0.95, sum by (le) (rate(watchpost_prometheus_query_duration_seconds_bucket[5m])))",
              legend: "p95",
            },
          ],
        },
        {
          title: "Series without a tenant",
          description:
            "Dropped within five minutes. A platform's own probes name no tenant, so a steady number is well; one that rises says that ingestion stamps less than it did.",
          unit: "count",
          queries: [{ promql: "sum(increase(watchpost_fleet_series_dropped_total[5m]))", legend: "dropped" }],
        },
        {
          title: "What must stay at nought",
          description:
            "Foreign answers: another tenant's series in an answer. Issues: they name no tenant that there is.",
          unit: "count",
          queries: [
            {
              promql: "sum(increase(watchpost_prometheus_foreign_answers_total[1h]))",
              legend: "foreign answers",
            },
            { promql: "max(watchpost_notices_unaddressed)", legend: "issues that reach nobody" },
          ],
        },
      ],
    },
    {
      title: "Processes",
      panels: [
        {
          title: "Memory",
          description:
            "Resident, of each process. The web process stays below 250 MB, the worker below 200 MB.",
          unit: "bytes",
          queries: [{ promql: ofProcess("process_resident_memory_bytes"), legend: PROCESS }],
        },
        {
          title: "Processor",
          description: "Cores in use.",
          unit: "cores",
          queries: [{ promql: ofProcess("rate(process_cpu_seconds_total[5m])"), legend: PROCESS }],
        },
        {
          title: "Lag of the event loop",
          description: "How late a timer is, for 99 of 100.",
          unit: "seconds",
          queries: [{ promql: ofProcess("nodejs_eventloop_lag_p99_seconds"), legend: PROCESS }],
        },
        {
          title: "Reach of the database",
          description: "1 where a process reaches it.",
          unit: "count",
          queries: [{ promql: ofProcess("watchpost_database_up"), legend: PROCESS }],
        },
        {
          title: "Processes, by version",
          description: "During a rolling restart two versions stand side by side.",
          unit: "count",
          queries: [
            {
              promql: "count by (process, version) (watchpost_build_info)",
              legend: "{{process}} {{version}}",
            },
          ],
        },
      ],
    },
  ],
};
