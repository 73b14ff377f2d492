// Runs the programs in docs/clients.md, as they stand there, against the server at $OCELLI_URL.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const page = readFileSync(root + "docs/clients.md", "utf8");

function programs(language) {
  return [...page.matchAll(/<!-- client: (\w+) -->\n```\w+\n(.*?)```/gs)]
    .filter(([, l]) => l === language)
    .map(([, , text]) =>
      text.replaceAll("http://127.0.0.1:8080", process.env.OCELLI_URL).replaceAll('"none"', JSON.stringify(process.env.OCELLI_KEY)),
    );
}

function described(command, file) {
  const printed = execFileSync(command, [file], { cwd: root, encoding: "utf8" });
  assert.match(printed, /three objects on a black background/);
}

test("programs in JavaScript", () => {
  const all = programs("js");
  assert.equal(all.length, 3);
  for (const text of all) {
    // Beside this file, so that it finds the clients that are installed here.
    const file = fileURLToPath(new URL("docs-program.mjs", import.meta.url));
    // Ollama's client takes no key as a setting of its own.
    writeFileSync(file, text.replace("new Ollama({", `new Ollama({ headers: { Authorization: "Bearer ${process.env.OCELLI_KEY}" },`));
    try {
      described(process.execPath, file);
    } finally {
      rmSync(file);
    }
  }
});

test("programs in Python", { skip: process.env.OCELLI_PYTHON ? false : "OpenAI's client for Python is not installed" }, () => {
  const all = programs("python");
  assert.equal(all.length, 1);
  const file = fileURLToPath(new URL("docs-program.py", import.meta.url));
  writeFileSync(file, all[0]);
  try {
    described(process.env.OCELLI_PYTHON, file);
  } finally {
    rmSync(file);
  }
});
