/**
 * This module says where the customer writes from.
 */

/** Return where the customer writes from: the page around the chat, or else this page, and the zone. */
export function place(around) {
  const isFramed = window.parent !== window;
  const here = isFramed ? document.referrer : location.origin + location.pathname;
  const page = typeof around === "string" ? around : here;
  const referrer = isFramed ? "" : document.referrer;
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const known = Object.entries({ page, referrer, time_zone: timeZone }).filter(([, said]) => said);
  return Object.fromEntries(known.map(([name, said]) => [name, said.split(/[?#]/)[0].slice(0, 2_000)]));
}
