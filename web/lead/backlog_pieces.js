/**
 * A file of an older queue becomes pieces that one request each can take. Each piece of a mailbox has
 * whole conversations, because mails that refer to each other stay together.
 */

const PIECE = 2_000_000; // bytes; as base64 in JSON they are within what a request may have
export const MOST_WHOLE = 3_000_000; // bytes of a table or of JSON, which are not taken apart
export const MOST_MAILBOX = 200_000_000;
const MOST_MAIL = 300_000;
const LEAST_MAIL = 20_000; // so much of a mail has its words, behind the longest of usual heads
const MOST_HEAD = 100_000;
const MOST_ENCODED = 1_500; // lines of base64 in a row; more are an attachment
const NEWLINE = 10;
const RETURN = 13;
const FROM = [70, 114, 111, 109, 32]; // "From "
const ID = /<[^<>\s]+>/g;
const NAMED = /^(?:message-id|in-reply-to|references):((?:[^\r\n]*(?:\r?\n[ \t])?)*)/gim;
const ENCODED = /^[A-Za-z0-9+/=]{40,}\r?\n$/;

/**
 * Return the pieces of a file, each with its content in base64 and its lines in the file. A file that is
 * too large, or that has more mails in one conversation than a piece can hold, has none (null).
 */
export async function piecesOf(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const isMailbox = beginsMail(bytes, 0);
  if (bytes.length > (isMailbox ? MOST_MAILBOX : MOST_WHOLE)) return null;
  if (!isMailbox) return [{ content: base64(binary(bytes)), lineOf: (line) => line }];
  return packed(groupsOf(mailsOf(bytes)), bytes);
}

const beginsMail = (bytes, at) => FROM.every((each, index) => bytes[at + index] === each);

/** Return where each mail begins and ends, and its line. A mail begins behind an empty line. */
function mailsOf(bytes) {
  const mails = [];
  let isBlank = true;
  for (let at = 0, line = 1; at < bytes.length; line += 1) {
    const found = bytes.indexOf(NEWLINE, at);
    const end = found < 0 ? bytes.length : found + 1;
    if (isBlank && beginsMail(bytes, at)) {
      if (mails.length) mails.at(-1).to = at;
      mails.push({ from: at, to: bytes.length, line });
    }
    isBlank = end - at === 1 || (end - at === 2 && bytes[at] === RETURN);
    at = end;
  }
  for (const mail of mails) mail.ids = idsIn(bytes, mail);
  return mails;
}

/** Return the ids of a mail and of those that it refers to. */
function idsIn(bytes, { from, to }) {
  const head = binary(bytes.subarray(from, Math.min(to, from + MOST_HEAD))).split(/\r?\n\r?\n/, 1)[0];
  return [...head.matchAll(NAMED)].flatMap(([, ids]) => ids.match(ID) ?? []);
}

/** Return the mails that refer to each other together, in the order of the file. */
function groupsOf(mails) {
  const parents = mails.map((_, index) => index);
  const rootOf = (index) => {
    let root = index;
    while (parents[root] !== root) root = parents[root] = parents[parents[root]];
    return root;
  };
  const known = new Map();
  mails.forEach(({ ids }, index) => {
    for (const id of ids) {
      const [one, other] = [rootOf(known.get(id) ?? index), rootOf(index)];
      parents[Math.max(one, other)] = Math.min(one, other);
      known.set(id, Math.min(one, other));
    }
  });
  const groups = new Map();
  mails.forEach((mail, index) => groups.set(rootOf(index), [...(groups.get(rootOf(index)) ?? []), mail]));
  return [...groups.values()];
}

function packed(groups, bytes) {
  const pieces = [];
  let texts = [];
  let starts = [];
  let [size, line] = [0, 1];
  const close = () => {
    if (!texts.length) return;
    const lines = new Map(starts);
    pieces.push({ content: base64(texts.join("")), lineOf: (each) => lines.get(each) ?? each });
    texts = [];
    starts = [];
    [size, line] = [0, 1];
  };
  for (const group of groups) {
    const room = Math.min(MOST_MAIL, Math.floor(PIECE / group.length));
    const mails = group.map((mail) => [shortened(binary(bytes.subarray(mail.from, mail.to)), room), mail.line]);
    const whole = mails.reduce((sum, [text]) => sum + text.length, 0);
    if (room < LEAST_MAIL && mails.some(([text]) => text.length >= room)) return null; // their words would be cut
    if (size && size + whole > PIECE) close();
    for (const [text, inFile] of mails) {
      texts.push(text);
      starts.push([line, inFile]);
      size += text.length;
      line += text.split("\n").length - 1;
    }
  }
  close();
  return pieces;
}

/** Return a mail without the ends of its attachments, which nobody reads here. */
function shortened(mail, room) {
  if (mail.length <= Math.min(room, MOST_HEAD)) return ended(mail);
  let encoded = 0;
  const kept = mail.split(/(?<=\n)/).filter((line) => {
    encoded = ENCODED.test(line) ? encoded + 1 : 0;
    return encoded <= MOST_ENCODED;
  });
  return ended(kept.join("").slice(0, room - 2));
}

/** Return a mail with the empty line behind which the next one begins. */
const ended = (mail) => `${mail.replace(/\s+$/, "")}\n\n`;

/** Return bytes as a text of as many characters. */
function binary(bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length; at += 0x8000) parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return parts.join("");
}

const base64 = (text) => btoa(text);
