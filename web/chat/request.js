/**
 * This module sends an HTTP request, knows its three refusals, and makes pauses between tries.
 */

const REQUEST_MS = 20_000;
const FILE_MS = 180_000;
const LONGEST_WAIT_SECONDS = 60;

/** The same request may be tried again later. `reason`: unreachable, slowed or expired. */
export class Later extends Error {
  constructor(reason, seconds = 0) {
    super(reason);
    this.reason = reason;
    this.milliseconds = seconds * 1000;
  }
}

/** The server will never take this request. */
export class Refused extends Error {}

/** The token is not valid, or no longer valid. */
export class Stranger extends Error {}

/** Doubling pauses with jitter, because a thousand pages must not come back in one instant. */
export class Pause {
  constructor(first, longest) {
    this.first = first;
    this.longest = longest;
    this.reset();
  }

  reset() {
    this.current = this.first;
  }

  next() {
    const pause = this.current;
    this.current = Math.min(this.current * 2, this.longest);
    return pause * (0.75 + Math.random() / 2);
  }
}

/** Return the answer's JSON. `body` is sent as JSON, or as a file. Raises Later, Refused or Stranger. */
export async function request(url, { method, body, token }) {
  const headers = {};
  const isFile = body instanceof Blob;
  if (body) headers["Content-Type"] = isFile ? "application/octet-stream" : "application/json";
  if (token) headers.Authorization = `Bearer ${token}`;
  const options = { method, headers, body: isFile ? body : body && JSON.stringify(body), cache: "no-store" };
  let answer;
  try {
    answer = await fetch(url, { ...options, signal: AbortSignal.timeout(isFile ? FILE_MS : REQUEST_MS) });
    if (answer.ok) return await answer.json();
  } catch {
    throw new Later("unreachable");
  }
  throw refusal(answer);
}

function refusal(answer) {
  if (answer.status === 401) return new Stranger();
  if (answer.status === 429 || answer.status >= 500) {
    const seconds = Number(answer.headers.get("Retry-After")) || 0;
    const reason = answer.status === 429 ? "slowed" : "unreachable";
    return new Later(reason, Math.min(seconds, LONGEST_WAIT_SECONDS));
  }
  return new Refused(String(answer.status));
}
