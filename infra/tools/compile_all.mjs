// Runs compile_all.py in CPython for WebAssembly: `node compile_all.mjs STAGE PREFIX`.
// Bytecode depends on Python's minor version, not on the machine that it was made on.
import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";

const [stage, prefix] = process.argv.slice(2);
const python = await loadPyodide({ env: { PYTHONHASHSEED: "0" } });
python.mountNodeFS("/stage", stage);
python.globals.set("arguments", python.toPy(["compile_all.py", "/stage", prefix]));
python.runPython("import sys; sys.argv = arguments");
python.runPython(readFileSync(new URL("compile_all.py", import.meta.url), "utf8"));
