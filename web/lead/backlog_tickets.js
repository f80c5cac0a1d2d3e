/**
 * The tickets of a backlog, page by page, and their counts by state, topic, age and reason.
 */

const DAY_MS = 86_400_000;
export const AGES = [1, 3, 7, 30]; // days
export const NO_TOPIC = "none";

export const placeOf = (name) => `backlogs/${encodeURIComponent(name)}`;

/** Return every ticket of a backlog, the oldest first. */
export async function pagesOf({ get, text }, name) {
  const found = [];
  let after = "";
  do {
    const page = await get(`${placeOf(name)}?${new URLSearchParams({ language: text.language, ...(after && { after }) })}`);
    found.push(...page.tickets);
    after = page.next_after;
  } while (after);
  return found;
}

/** Return one ticket of each conversation, because several tickets of a customer are one. */
export const conversationsOf = (tickets) => [...new Map(tickets.map((each) => [each.conversation_id ?? each.key, each])).values()];

/** Return what is counted of the conversations. Findings, topics and ages are of the silent ones. */
export function countsOf(all, now = Date.now()) {
  const counts = { states: new Map(), findings: new Map(), topics: new Map(), ages: new Map(), whys: new Map() };
  const add = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const each of all) {
    add(counts.states, each.state);
    if (each.state !== "silent") continue;
    add(counts.findings, each.finding);
    add(counts.ages, ageOf(each.since, now));
    if (each.finding === "person") add(counts.whys, each.why);
    if (each.finding === "courtesy") continue; // it asks nothing, so it has no topic
    const id = each.article_id ?? NO_TOPIC;
    const topic = counts.topics.get(id) ?? { all: 0, answered: 0 };
    counts.topics.set(id, { all: topic.all + 1, answered: topic.answered + (each.finding === "answer") });
  }
  return counts;
}

function ageOf(since, now) {
  const days = AGES.find((most) => now - Date.parse(since) < most * DAY_MS);
  return days ? `backlog_age_${days}` : "backlog_age_older";
}

/** Return the time before which a customer wrote last, or undefined for every age. */
export const untilOf = (days) => (Number(days) ? new Date(Date.now() - Number(days) * DAY_MS).toISOString() : undefined);

/** Return the conversations that an act means, as the instance will choose them. */
export function meant(all, { states, topic, days, finding }) {
  const until = untilOf(days);
  return all.filter(
    (each) =>
      states.includes(each.state) &&
      (!finding || each.finding === finding) &&
      (!topic || (each.article_id ?? NO_TOPIC) === topic) &&
      (!until || Date.parse(each.since) <= Date.parse(until)),
  );
}
