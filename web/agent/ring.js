/**
 * A short tone, and a notification of the browser, for whoever looks elsewhere.
 */

const SECONDS = 0.35;

export function beep() {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const loudness = audio.createGain();
  const end = audio.currentTime + SECONDS;
  loudness.gain.setValueAtTime(0.08, audio.currentTime);
  loudness.gain.exponentialRampToValueAtTime(0.001, end);
  tone.frequency.value = 660;
  tone.connect(loudness).connect(audio.destination);
  tone.start();
  tone.stop(end);
  tone.onended = () => audio.close();
}

/** Show a notification, of which there is one for each tag. `press` follows a click on it. */
export function notify(title, body, tag, press) {
  const note = new Notification(title, { body, tag });
  note.onclick = () => {
    focus();
    press();
  };
}
