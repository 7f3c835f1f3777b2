// Registers what the portal counts, so that each metric is there from the first reading on, before anything was counted.
import "@/lib/prometheus/metrics";
import "@/lib/tenancy/metrics";
import "./health/metrics";
