import { html } from "@/lib/infra/markup";
import { sendPage } from "../pages/page";
import { fromForm, fromJson, type MoreRoutes, readBody, refuse, writeJson } from "../platform/control/server";
import type { RehearsalDesk, ShownRuleState } from "./desk";
import { rehearsalPage } from "./page";

async function statesAt(desk: RehearsalDesk): Promise<Record<string, ShownRuleState>> {
  const standings = await desk.standings(Date.now());
  return Object.fromEntries(Object.entries(standings).map(([runbook, { state }]) => [runbook, state]));
}

/** The page that rehearses the runbooks, and its API, on the control page's server. */
export function rehearsalRoutes(desk: RehearsalDesk): MoreRoutes {
  return {
    link: html`<a href="/rehearsal">Rehearse the portal's own runbooks</a>`,
    async answer(route, request, response, isOwn) {
      switch (route) {
        case "GET /rehearsal":
          sendPage(response, 200, await rehearsalPage(desk, Date.now()));
          return true;
        case "GET /api/rehearsals":
          writeJson(response, 200, { rehearsals: await statesAt(desk) });
          return true;
        case "POST /api/rehearsals": {
          if (!isOwn) {
            refuse(response, 403, "foreign-origin", "Rehearsals are staged from this server's own page.");
            return true;
          }
          const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
          const body = await readBody(request);
          const done = await desk.apply(isForm ? fromForm(body) : fromJson(body), Date.now());
          if (isForm) response.writeHead(303, { Location: "/rehearsal" }).end();
          else writeJson(response, 200, { done, rehearsals: await statesAt(desk) });
          return true;
        }
        default:
          return false;
      }
    },
  };
}
