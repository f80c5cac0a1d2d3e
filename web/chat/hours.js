/**
 * Opening hours of the coming week in the visitor's zone, as `Mon–Fri 09:00–18:00 · Sat 10:00–14:00`.
 */

const DAYS = 7;
const TO = "–\u2060"; // a line does not break behind it
const SPACE = "\u00a0"; // nor here

/** Return the hours of spans `[begin, end]`, in milliseconds since 1970, in a language. */
export function hoursIn(spans, language) {
  const clock = new Intl.DateTimeFormat(language, { timeStyle: "short" });
  const time = (at) => clock.format(at).replace(/\s/g, SPACE);
  const times = Array.from({ length: DAYS }, () => []);
  for (const [begin, end] of spans) times[dayOf(begin)].push(time(begin) + TO + time(end));
  const runs = [];
  times.map((each) => each.join(", ")).forEach((hours, day) => {
    const last = runs.at(-1);
    if (hours && last?.hours === hours && last.to === day - 1) last.to = day;
    else if (hours) runs.push({ hours, from: day, to: day });
  });
  const name = (day) => new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + day)); // a Monday
  const named = ({ from, to }) => (from === to ? name(from) : name(from) + TO + name(to));
  return runs.map((run) => named(run) + SPACE + run.hours).join(" · ");
}

/** Return the day of the week on the visitor's calendar. Monday is 0. */
const dayOf = (at) => (new Date(at).getDay() + 6) % DAYS;
