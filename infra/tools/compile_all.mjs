// Runs compile_all.py in CPython for WebAssembly: `node compile_all.mjs FOLDER`.
// Bytecode depends on Python's minor version, not on the machine that it was made on.
import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";

const python = await loadPyodide({ env: { PYTHONHASHSEED: "0" } });
python.mountNodeFS("/packages", process.argv[2]);
python.runPython("import sys; sys.argv = ['compile_all.py', '/packages']");
python.runPython(readFileSync(new URL("compile_all.py", import.meta.url), "utf8"));
