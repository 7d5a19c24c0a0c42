import { OP_MASK, put, RECORD_BYTES } from './records';
import { accessMeta, memberAt, RUN, recordsOf, stepsAt } from './run-layout';

/** Writes the plain records that runs stand for: just those that were gathered. As many as there is room for; the rest comes when asked again. */
class Expansion {
  /** The next record to expand, and the end of those there are. */
  private at: usize = 0;
  private end: usize = 0;
  /** Of the run begun: steps left to write, and the next of them. */
  private left: u64 = 0;
  private step: usize = 0;

  begin(from: usize, records: u32): void {
    this.at = from;
    this.end = from + <usize>records * RECORD_BYTES;
    this.left = 0;
  }

  /** Fills the memory from `out` up to `limit`; returns the end of what it wrote, `out` at the end. */
  fill(out: usize, limit: usize): usize {
    while (this.at < this.end && out < limit) {
      const group = this.at;
      const meta = load<u32>(group, 12);
      if ((meta & OP_MASK) != RUN) {
        memory.copy(out, group, RECORD_BYTES);
        out += RECORD_BYTES;
        this.at += RECORD_BYTES;
        continue;
      }
      if (this.left == 0) {
        this.left = load<u64>(group);
        this.step = stepsAt(group);
      }
      out = this.steps(group, out, limit);
      if (this.left == 0) this.at += <usize>recordsOf(group) * RECORD_BYTES;
    }
    return out;
  }

  private steps(group: usize, from: usize, limit: usize): usize {
    let out = from;
    let at = this.step;
    for (; this.left > 0 && out < limit; this.left--) {
      const step = load<u8>(at++);
      let count: u32 = step & 15;
      for (let shift: u32 = 0; (step & 15) == 0; shift += 7) {
        const more = load<u8>(at++);
        count |= (<u32>more & 0x7f) << shift;
        if (more < 0x80) break;
      }
      const member = memberAt(group, step >> 4);
      put(out, load<u64>(member), count, accessMeta(load<u32>(member, 12)));
      out += RECORD_BYTES;
    }
    this.step = at;
    return out;
  }
}

export const expansion = new Expansion();
