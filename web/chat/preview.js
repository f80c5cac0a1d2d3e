/**
 * In the lead's page, which has our origin, the chat page shows looks that are not in force.
 */

import { wear } from "./look.js";

/** Show each look that the lead's page sends. */
export function preview(redraw) {
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== parent || origin !== location.origin || data?.surgeline !== "look") return;
    wear(data.look);
    redraw(data.language);
  });
  parent.postMessage({ surgeline: "preview" }, location.origin);
}
