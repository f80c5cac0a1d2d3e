/**
 * Advice on words before they go to a customer: a place that is still open, a promise, the tone.
 *
 * It never keeps anybody from sending. It knows phrases of the three languages of this page.
 */

const OPEN_PLACE = /[[{<]{1,2}\s*[\p{L}_][\p{L}\p{N}_ ]{0,30}\s*[\]}>]{1,2}/u;
const PROMISES = [
  /\b\d+\s*(?:hours?|heures?|h)\b|\d+\s*시간/iu,
  /\b(?:within|in|dans|sous|d['’]ici)\s+\d+\s*(?:minutes?|days?|jours?|weeks?|semaines?)\b|\d+\s*(?:분|일|주)\s*(?:안에|이내|내로)/iu,
];
const TONES = [
  /\p{Lu}{4,}(?:[\s,]+\p{Lu}{2,}){2,}/u, // three words in capitals
  /[!?]{2,}/u,
  /\b(?:calm down|as (?:i|we) (?:already |just )?(?:said|told you|wrote)|you should have|you have to understand|not (?:my|our) (?:problem|fault)|you people)\b/iu,
  /calmez-vous|comme je (?:vous )?l['’]ai (?:déjà )?(?:dit|écrit)|vous auriez dû|(?:pas|n['’]est) (?:mon|notre) problème/iu,
  /진정하|(?:말씀드렸|말했|설명했|설명드렸)잖아|(?:제|저희) (?:책임|문제|잘못)(?:이|은|는)? 아니|고객님 (?:책임|잘못)/u,
];

const first = (patterns, words) => patterns.map((each) => words.match(each)?.[0]).find(Boolean);

/** Return what may be wrong with a reply, as the keys and values of texts. */
export function adviceOn(words) {
  const [place, promise, tone] = [[OPEN_PLACE], PROMISES, TONES].map((each) => first(each, words));
  return [
    place && ["open_place", { place }],
    promise && ["promise", { words: promise }],
    tone && ["tone", { words: tone }],
  ].filter(Boolean);
}
