// Starts the CDK app with the Python that can run it: `node infra/tools/launch.mjs`, as cdk.json says.
// It is JavaScript because whoever runs the CDK CLI has Node, under the same name on every system.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const windows = process.platform === "win32";
const OLDEST = [3, 11];
const NODE_OLDEST = 20;
const NODE_SUPPORTED = 22;
// An older Python could not even read the app.
const QUESTION = `
import json, sys
answer = {"version": sys.version_info[:2], "missing": []}
if sys.version_info >= (${OLDEST}):
    from infra.__main__ import missing
    answer["missing"] = missing()
print(json.dumps(answer))`;
const env = {
  ...process.env,
  JSII_NODE: process.env.JSII_NODE ?? process.execPath,
  PYTHONPATH: [root, join(root, "layers", "core", "python"), process.env.PYTHONPATH]
    .filter(Boolean)
    .join(delimiter),
};

/** The interpreters to ask, in order: the active environment's, the PATH's, those of this folder. */
function* candidates() {
  for (const folder of [process.env.VIRTUAL_ENV, process.env.CONDA_PREFIX]) {
    if (folder) yield inside(folder);
  }
  yield* windows ? ["python", "py"] : ["python3", "python"];
  yield* [".venv", "venv"].map((name) => inside(join(root, name))).filter(existsSync);
}

function inside(environment) {
  if (!windows) return join(environment, "bin", "python");
  const own = join(environment, "Scripts", "python.exe");
  return existsSync(own) ? own : join(environment, "python.exe");
}

/** What an interpreter lacks, in words; "" if nothing, null if there is no such interpreter. */
function lacks(python) {
  const asked = spawnSync(python, ["-c", QUESTION], { encoding: "utf8", env });
  if (asked.status !== 0) return null;
  const { version, missing } = JSON.parse(asked.stdout);
  const [major, minor] = version;
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    return `${python} is Python ${version.join(".")}, not ${OLDEST.join(".")} or newer`;
  }
  return missing.length ? `${python} lacks ${missing.join(", ")}` : "";
}

const node = Number(process.versions.node.split(".")[0]);
if (node < NODE_OLDEST) {
  console.error(`surgeline: Node ${node} is too old for CDK; install Node ${NODE_SUPPORTED} or newer`);
  process.exit(1);
}
if (node < NODE_SUPPORTED) {
  console.error(`surgeline: Node ${node} is past its end of life; it works, Node ${NODE_SUPPORTED} or newer is supported`);
}

const lacking = [];
for (const python of candidates()) {
  const lack = lacks(python);
  if (lack === "") {
    // jsii would say the same of an old Node in ten lines.
    const told = { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: String(node) };
    const started = spawnSync(python, ["-m", "infra"], { stdio: "inherit", env: { ...env, ...told } });
    process.exit(started.status ?? 1);
  }
  if (lack) lacking.push(lack);
}
const why = lacking[0] ?? `there is no Python ${OLDEST.join(".")} or newer here`;
console.error(`surgeline: ${why}; run: python3 -m pip install -r requirements.txt`);
process.exit(1);
