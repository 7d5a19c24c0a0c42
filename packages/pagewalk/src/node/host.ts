import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Host } from '../machine/result/result.ts';

/** SHA-256 of engine.wasm: which engine made a result. */
export async function engineSha256(): Promise<string> {
  const bytes = await readFile(new URL(import.meta.resolve('@pagewalk/engine/engine.wasm')));
  return createHash('sha256').update(bytes).digest('hex');
}

/** The facts of this host about a run of so many accesses in so much time. */
export function hostOf(accesses: number, wallMs: number): Host {
  return {
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    wall_ms: Math.round(wallMs * 1000) / 1000,
    accesses_per_s: wallMs > 0 ? Math.round((accesses / wallMs) * 1000) : 0,
    rss_bytes: process.resourceUsage().maxRSS * 1024,
  };
}
