/** A worker thread of a comparison: it plays the trace in the ring on its machines and answers with what became of them. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Cell } from '../../lab/compare/cell.ts';
import { RingReader } from '../../lab/compare/ring.ts';
import { OwnPolicy } from '../../machine/own/own-policy.ts';
import { ObjectNames } from '../../trace/operations/names.ts';
import type { Task } from './team.ts';

const { memory, reader, plans, own } = workerData as Task;
for (const facts of own) new OwnPolicy(facts);
const ring = new RingReader(memory, reader);
const names = new ObjectNames();
const cells: Cell[] = [];
for (const plan of plans) cells.push(await Cell.create(plan));

let failed = 0;
for (let feeds = ring.take(); feeds.length > 0; feeds = ring.take()) {
  learnNames();
  // Machine by machine, so that each finds its state in the cache for all of the chunks.
  for (const cell of cells) for (const feed of feeds) cell.play(feed, names);
  tellFailures();
  ring.release(feeds.length);
}
tellFailures();
parentPort?.postMessage(cells.map((cell) => cell.outcome()));

/** Those that were sent before the chunks were written. */
function learnNames(): void {
  if (!parentPort) return;
  for (;;) {
    const message = receiveMessageOnPort(parentPort) as { message: string[] } | undefined;
    if (!message) return;
    for (const name of message.message) names.number(name);
  }
}

function tellFailures(): void {
  const now = cells.filter((cell) => cell.failed).length;
  if (now > failed) ring.fail(now - failed);
  failed = now;
}
