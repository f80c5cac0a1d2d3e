/**
 * A file of an older queue is read by the instance, and its tickets are sent in lots. Each request may
 * be made again, because a second time brings nothing in twice.
 */

import { FILE_MS } from "../staff/api.js";
import { placeOf } from "./backlog_tickets.js";

const LOT = 50; // tickets, as the route takes them
const MOST_LOT = 1_000_000; // characters of JSON, except of a single larger ticket
const TRIES = 6;
const MOST_WAIT = 60; // seconds

/** Return what all pieces of a file would bring in, or null after a stop. */
export async function previewOf(page, name, sent, signal) {
  const found = { tickets: [], format: "", leftOut: new Map(), problems: [] };
  for (const [body, lineOf] of sent) {
    let after = 0;
    while (after !== null) {
      const told = await post(page, `${placeOf(name)}/files/preview`, { ...body, after }, "", signal);
      if (!told) return null;
      found.tickets.push(...told.found);
      if (after === 0) tell(found, told, lineOf);
      after = told.next_after;
    }
  }
  return found;
}

function tell(found, { format, left_out: leftOut, problems }, lineOf) {
  found.format ||= format;
  for (const { code, count, message } of leftOut) {
    const known = found.leftOut.get(code)?.count ?? 0;
    found.leftOut.set(code, { message, count: known + count });
  }
  found.problems.push(...problems.map((each) => ({ ...each, line: lineOf(each.line) })));
}

/**
 * Bring tickets in, a lot after the other, and return whether all are in. `done` counts them, and a
 * second call goes on behind it.
 */
export async function bring(page, name, { tickets, ...more }, reason, done, signal) {
  while (done.count < tickets.length) {
    const lot = lotOf(tickets, done.count);
    const told = await post(page, `${placeOf(name)}/tickets`, { ...more, tickets: lot }, reason, signal);
    if (!told) return false;
    done.count += told.tickets;
    done.fresh += told.new;
    page.say("backlog_bringing", done);
  }
  return true;
}

function lotOf(tickets, from) {
  let size = 0;
  let to = from;
  while (to < tickets.length && to - from < LOT) {
    size += JSON.stringify(tickets[to]).length;
    if (to > from && size > MOST_LOT) break;
    to += 1;
  }
  return tickets.slice(from, to);
}

/** Return the answer of a request, which is made again while it may work later. Null after a stop. */
async function post(page, path, body, reason, signal) {
  for (let tried = 1; !signal.aborted; tried += 1) {
    try {
      return await page.change("POST", path, body, reason, "", FILE_MS);
    } catch (error) {
      if (signal.aborted) return null;
      if (!error.passes || tried === TRIES) throw error;
      await pause(Math.min(MOST_WAIT, Math.max(error.retrySeconds, 2 ** (tried - 1))), signal);
    }
  }
  return null;
}

/** Wait for some seconds, or until a stop. */
const pause = (seconds, signal) =>
  new Promise((resolve) => {
    setTimeout(resolve, seconds * 1_000);
    signal.addEventListener("abort", resolve, { once: true });
  });
