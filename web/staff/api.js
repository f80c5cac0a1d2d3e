/**
 * Requests of the pages of staff: JSON both ways, with the header that only our own pages send.
 */

const REQUEST_MS = 20_000;
export const FILE_MS = 180_000;
const BASE = new URL("../../v1/", import.meta.url);

/** The server refused the request. `status` is its number, and 0 if no server answered. */
export class Refused extends Error {
  constructor(status, error = {}, retrySeconds = 0) {
    super(error.message ?? String(status));
    this.status = status;
    this.code = error.code ?? "";
    this.state = error.state ?? "";
    this.field = error.field ?? "";
    this.problems = error.problems ?? [];
    this.retrySeconds = retrySeconds;
  }

  /** Return whether the same request may work later. */
  get passes() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Return the answer of a route below /v1/staff. `body` may be a file. Raises Refused. */
export const call = (method, path, body) => request(method, `staff/${path}`, body);

/** Exchange a token of the issuer for a session. Raises Refused. */
export const prove = (bearer) => request("POST", "staff/sign-in/issuer", {}, "", "", bearer);

/**
 * Return the answer of a route below /v1/admin. `reason` goes on record. With a `version` nothing is
 * changed if another one is in force by now. `ms` is for what takes longer than usual. Raises Refused.
 */
export const admin = (method, path, body, reason, version, ms) => request(method, `admin/${path}`, body, reason, version, "", ms);

/** Return the address of a route below /v1/admin, for a frame or a download. */
export const adminAddress = (path) => new URL(`admin/${path}`, BASE).href;

async function request(method, path, body, reason, version, bearer, ms) {
  const headers = { "X-Surgeline": "1" };
  const isFile = body instanceof Blob;
  if (body !== undefined) headers["Content-Type"] = isFile ? "application/octet-stream" : "application/json";
  if (reason) headers["X-Reason"] = encodeURIComponent(reason);
  if (version) headers["If-Match"] = version;
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  let answer;
  let content;
  try {
    answer = await fetch(new URL(path, BASE), {
      method,
      headers,
      body: isFile || typeof body === "string" ? body : body && JSON.stringify(body),
      cache: "no-store",
      credentials: "same-origin",
      signal: AbortSignal.timeout(ms ?? (isFile ? FILE_MS : REQUEST_MS)),
    });
    content = await answer.json();
  } catch {
    throw new Refused(answer && !answer.ok ? answer.status : 0);
  }
  if (answer.ok) return content;
  throw new Refused(answer.status, content.error, Number(answer.headers.get("Retry-After")) || 0);
}
