/**
 * A sign-in with an account of the company's issuer: OpenID Connect's code flow with PKCE.
 *
 * The code comes back in the address, and is worth nothing without the verifier that only this tab
 * has. The token goes from the issuer to the page and to Surgeline, and is never in an address.
 */

const KEY = "surgeline.staff.issuer";

/** Leave for the issuer's login page. `issuer` and `client` are what the server named. */
export async function leave({ issuer, client }) {
  const place = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const answer = await fetch(place, { cache: "no-store" });
  const found = await answer.json();
  if (found.issuer !== issuer) throw new Error("the issuer names another one");
  const state = drawn(16);
  const verifier = drawn(32);
  sessionStorage.setItem(KEY, JSON.stringify({ state, verifier, client, exchange: found.token_endpoint }));
  const address = new URL(found.authorization_endpoint);
  const asked = {
    response_type: "code",
    client_id: client,
    redirect_uri: here(),
    scope: "openid email",
    state,
    code_challenge: await hashed(verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
  location.assign(address);
}

/** Return the token that a code is exchanged for. A code that nobody here asked for is refused. */
export async function exchanged(code, state) {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  sessionStorage.removeItem(KEY);
  if (!kept || kept.state !== state) throw new Error("nobody here asked for this code");
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: kept.client,
    redirect_uri: here(),
    code,
    code_verifier: kept.verifier,
  });
  const answer = await fetch(kept.exchange, { method: "POST", body, cache: "no-store", credentials: "omit" });
  const { id_token: token } = await answer.json();
  if (!answer.ok || !token) throw new Error("the issuer gave no token");
  return token;
}

const here = () => location.origin + location.pathname;

const drawn = (bytes) => written(crypto.getRandomValues(new Uint8Array(bytes)));

const hashed = async (text) => written(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));

const written = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
