import { DASHBOARD, type Panel } from "./panels";

/** Both formats divide a row into 24 columns. */
const COLUMNS = 24;
const WIDTH = 8;
const HEIGHT = 8;

/** Each row's panels, with the corner of each within its row. */
const ROWS = DASHBOARD.rows.map((row) => ({
  ...row,
  panels: row.panels.map((panel, n) => ({
    panel,
    x: (n * WIDTH) % COLUMNS,
    y: Math.floor((n * WIDTH) / COLUMNS) * HEIGHT,
  })),
}));

const GRAFANA_UNITS = { seconds: "s", bytes: "bytes", count: "short", days: "none", cores: "none" } as const;
const PERSES_UNITS = {
  seconds: "seconds",
  bytes: "bytes",
  count: "decimal",
  days: "decimal",
  cores: "decimal",
} as const;

/** The dashboard for Grafana, version 10 or later. It asks for its data source when it is imported. */
export function grafanaDashboard(): object {
  const datasource = { type: "prometheus", uid: "$datasource" };
  let id = 0;
  let top = 0;
  const panels = ROWS.flatMap(({ title, panels: placed }) => {
    const heading = { id: ++id, type: "row", title, collapsed: false, panels: [] };
    const row = [
      { ...heading, gridPos: { x: 0, y: top, w: COLUMNS, h: 1 } },
      ...placed.map(({ panel, x, y }) => ({
        id: ++id,
        type: "timeseries",
        title: panel.title,
        description: panel.description,
        datasource,
        gridPos: { x, y: top + 1 + y, w: WIDTH, h: HEIGHT },
        fieldConfig: { defaults: { unit: GRAFANA_UNITS[panel.unit], min: 0 }, overrides: [] },
        options: { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi" } },
        targets: panel.queries.map(({ promql, legend }, n) => ({
          refId: String.fromCharCode(65 + n),
          datasource,
          expr: promql,
          legendFormat: legend,
        })),
      })),
    ];
    top += 1 + HEIGHT * Math.ceil((placed.length * WIDTH) / COLUMNS);
    return row;
  });
  return {
    uid: "watchpost",
    title: DASHBOARD.title,
    tags: ["watchpost"],
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    refresh: "30s",
    time: { from: "now-3h", to: "now" },
    templating: {
      list: [{ name: "datasource", label: "Data source", type: "datasource", query: "prometheus" }],
    },
    panels,
  };
}

/** The dashboard for Perses. It takes the project's default Prometheus. */
export function persesDashboard(): object {
  const keyed = ROWS.flatMap(({ panels }) => panels.map(({ panel }) => [keyOf(panel), persesPanel(panel)]));
  return {
    kind: "Dashboard",
    metadata: { name: "watchpost", project: "watchpost" },
    spec: {
      display: { name: DASHBOARD.title },
      duration: "3h",
      refreshInterval: "30s",
      variables: [],
      panels: Object.fromEntries(keyed),
      layouts: ROWS.map(({ title, panels }) => ({
        kind: "Grid",
        spec: {
          display: { title, collapse: { open: true } },
          items: panels.map(({ panel, x, y }) => ({
            x,
            y,
            width: WIDTH,
            height: HEIGHT,
            content: { $ref: `#/spec/panels/${keyOf(panel)}` },
          })),
        },
      })),
    },
  };
}

/** A title as the name of a member, which a $ref can have. */
const keyOf = ({ title }: Panel) =>
  title
    .toLowerCase()
    .replace(/[^a-z]+/g, "-")
    .replace(/-$/, "");

const persesPanel = ({ title, description, unit, queries }: Panel) => ({
  kind: "Panel",
  spec: {
    display: { name: title, description },
    plugin: {
      kind: "TimeSeriesChart",
      spec: {
        legend: { position: "bottom", mode: "list" },
        yAxis: { min: 0, format: { unit: PERSES_UNITS[unit] } },
      },
    },
    queries: queries.map(({ promql, legend }) => ({
      kind: "TimeSeriesQuery",
      spec: {
        plugin: {
          kind: "PrometheusTimeSeriesQuery",
          spec: { query: promql, seriesNameFormat: legend },
        },
      },
    })),
  },
});

/** What is committed, by file name. */
export const dashboardFiles = (): Record<string, string> => ({
  "dashboard.grafana.json": `${JSON.stringify(grafanaDashboard(), null, 2)}\n`,
  "dashboard.perses.json": `${JSON.stringify(persesDashboard(), null, 2)}\n`,
});
