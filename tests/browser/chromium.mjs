/**
 * Headless Chromium out of an npm package: unpacked once beside it, with fonts of its own.
 *
 * The machine's fonts are left out, so that a page looks the same everywhere and Korean is seen.
 * SURGELINE_CHROMIUM names another browser to use (the package holds one for x86-64 Linux only).
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

const PACKAGES = join(dirname(fileURLToPath(import.meta.url)), "node_modules");
const KOREAN = join(PACKAGES, "@expo-google-fonts", "nanum-gothic");
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--font-render-hinting=none",
];

/** Start the browser. The caller closes it. */
export async function launch() {
  const home = await unpacked();
  const executablePath = process.env.SURGELINE_CHROMIUM ?? join(home, "chromium");
  const env = { ...process.env, FONTCONFIG_FILE: join(home, "fonts.conf") };
  if (lacksLibraries(executablePath)) {
    env.LD_LIBRARY_PATH = [join(home, "al2023", "lib"), env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  }
  return chromium.launch({ executablePath, args: FLAGS, env });
}

/** The folder with the browser, unpacked when it is not there yet; half a folder is never left. */
async function unpacked() {
  const source = join(PACKAGES, "@sparticuz", "chromium");
  const { version } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  const home = join(PACKAGES, `.chromium-${version}`);
  if (existsSync(home)) return home;
  mkdirSync(PACKAGES, { recursive: true });
  const half = mkdtempSync(join(PACKAGES, ".unpacking-"));
  const { TMPDIR } = process.env;
  process.env.TMPDIR = half; // where the package unpacks to
  const { inflate } = await import("@sparticuz/chromium");
  const parts = ["chromium.br", "fonts.tar.br", "al2023.tar.br"];
  await Promise.all(parts.map((part) => inflate(join(source, "bin", part))));
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
  writeFileSync(join(half, "fonts.conf"), fontConfiguration(home));
  try {
    renameSync(half, home);
  } catch (error) {
    if (!existsSync(home)) throw error;
    rmSync(half, { recursive: true }); // another process was quicker
  }
  return home;
}

function fontConfiguration(home) {
  const families = ["sans-serif", "system-ui", "serif", "monospace"].map(
    (family) => `<alias><family>${family}</family>
      <prefer><family>Open Sans</family><family>NanumGothic</family></prefer></alias>`,
  );
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(home, "fonts")}</dir>
  <dir>${KOREAN}</dir>
  <cachedir>${join(home, "font-cache")}</cachedir>
  ${families.join("\n  ")}
</fontconfig>
`;
}

/** Whether the system misses something that the package's spare libraries have. */
function lacksLibraries(executablePath) {
  try {
    return execFileSync("ldd", [executablePath], { encoding: "utf8" }).includes("not found");
  } catch {
    return false; // no ldd, or a static browser: starting it will tell
  }
}
