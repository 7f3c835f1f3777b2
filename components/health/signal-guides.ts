import type { SignalView } from "@/lib/evaluation/view";

/** How an owner chooses a threshold for a signal, and what to look at first when it is crossed. One paragraph an entry. */
export type SignalGuide = { choose: string[]; lookFirst: string[] };

/** The portal's own guide (T5). What a signal is and how it is measured stands in the platform's bundle. */
export const SIGNAL_GUIDES: Record<SignalView["id"], SignalGuide> = {
  availability: {
    choose: [
      "Begin with what your users notice. 85 % over five minutes means that half a minute without an answer goes unnoticed, and a minute does not.",
      "A probe runs every few seconds, so a threshold very close to 100 % alerts on a single failed probe. Ask for a longer time before it alerts rather than for a stricter value.",
      "If your capability may be down on purpose, at night for example, choose the value for the hours that count: the alert does not know a calendar.",
    ],
    lookFirst: [
      "A fall at the moment of a deployment points to the deployment: look at the markers in the chart.",
      "A fall together with restarts points to your containers: their reasons are listed under “Recently”.",
      "Running pods below 100 % although the old version serves: a rollout is stuck. Look at the new pods' image, secrets and config maps.",
    ],
  },
  latency: {
    choose: [
      "Judge by p95: it is what one request in twenty exceeds. The average hides the slow ones, and p99 is moved by a handful of requests.",
      "Look at a normal week in the chart. Twice the usual peak is a good beginning: high enough for a busy day, low enough for trouble.",
      "The value is read from a histogram and is as fine as its buckets. A threshold between two buckets behaves like the nearer one.",
    ],
    lookFirst: [
      "If p50 rises too, everything is slow: look at saturation. If only p99 rises, a few requests are: look at what they have in common.",
      "Slow and busy at the same time points to too few replicas; slow and idle points to something that you wait for.",
    ],
  },
  "error-rate": {
    choose: [
      "Only answers with a 5xx status count: those that your capability itself admits to have failed. A 4xx is the caller's mistake and is left out.",
      "Choose a share that you would get up for. Five per cent for five minutes is one user in twenty who sees an error.",
      "With few requests, one failure is a large share. That is why there is a minimum number of requests: below it the signal says “No traffic” and does not judge.",
    ],
    lookFirst: [
      "Errors right after a deployment marker: roll back first, and look for the cause then.",
      "Errors with restarts: requests were cut off when a container ended.",
    ],
  },
  saturation: {
    choose: [
      "A limit that is used up hurts in different ways: without processor time requests slow down, without memory a container is killed, on a full volume writes fail.",
      "Memory and storage only grow until something is done, so alert early enough to act: 85 to 90 % leaves time on a normal day.",
      "Processor time may be used fully for a short while without harm. Ask for ten minutes or more.",
    ],
    lookFirst: [
      "A line that climbs steadily and falls at each restart is a memory leak.",
      "If the need is real, ask for more by “Modify my capability”.",
    ],
  },
  restarts: {
    choose: [
      "One restart can happen anywhere: a node is replaced, a request was too large. Three in half an hour is a pattern.",
      "A deployment replaces containers on purpose and does not count.",
      "There is no waiting time: restarts are counted over half an hour already.",
    ],
    lookFirst: [
      "The reason is listed with each restart. “Out of memory” asks for the saturation chart; an exit code asks for your logs.",
      "Restarts that keep coming right after a deployment are a crash loop: roll back.",
    ],
  },
};
