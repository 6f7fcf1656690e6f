// How the driver and an adapter for Node.js talk; see protocol.py, which does the same in Python.
import { createInterface } from "node:readline";

/** The library cannot do that; the text says what it lacks. */
export class Unsupported extends Error {}

/** Calls the method of `adapter` that a job names, until there are no more jobs. */
export async function serve(adapter) {
  // What a library prints must not be taken for an answer.
  const write = process.stdout.write.bind(process.stdout);
  console.log = console.info = console.error;
  for await (const line of createInterface({ input: process.stdin })) {
    const { do: method, sp, ...job } = JSON.parse(line);
    let answer;
    try {
      answer = { ok: await adapter[method](sp, job) };
    } catch (problem) {
      if (problem instanceof Unsupported) {
        answer = { unsupported: problem.message };
      } else {
        console.error(problem);
        answer = { error: String(problem?.message ?? problem) };
      }
    }
    write(JSON.stringify(answer) + "\n");
  }
}
