/**
 * A customer whom a closed channel sent here is known again by the link's token.
 */

import { Memory } from "./memory.js";
import { request } from "./request.js";

const MARK = "#from=";

/** Become the visitor of the link that the page was opened with. Without one nothing happens. */
export async function arrive(channel, storage) {
  if (!location.hash.startsWith(MARK)) return;
  const from = location.hash.slice(MARK.length);
  history.replaceState(null, "", location.pathname + location.search); // a copied address names nobody
  const memory = new Memory(`surgeline.${channel}.`, storage);
  const url = new URL(`../v1/web/${encodeURIComponent(channel)}/visitors`, import.meta.url);
  try {
    const token = memory.get("visitor")?.token;
    memory.set("visitor", await request(url, { method: "POST", body: { from }, token }));
  } catch {
    // The link is too old, or the network is down: the chat goes on without a name.
  }
}
