import { NONE, Vpn } from '../types';
import { ADVICE_RANDOM, Demand, PrefetchContext, Prefetcher } from './prefetcher';

/** Pages between two demands that may still belong to one stream. */
const REACH: u64 = 512;
/** Highest confidence, as a multiple of the one that is needed. */
const SURE: u32 = 2;

/** A stream of a process: demands at equal distances. */
class Stream {
  /** The last page demanded. */
  last: Vpn;
  stride: i64;
  /** Number of the demand that used it last; 0: not in use. */
  used: u64;
  confidence: u32;
  /** Strides beyond `last` that are prefetched already. */
  ahead: u32;
}

const STREAM_BYTES: u32 = 32;

/**
 * Strides: per process a few streams, each with the last page, the distance to the one before and a confidence that counts how often
 * that distance came again. A confident stream keeps `distance` strides prefetched ahead of the demand; the first touch of a prefetched
 * page moves it on like a fault does. A demand belongs to the stream that predicted it, else to the nearest one within 512 pages,
 * whose confidence it lowers until the new distance takes over, else it starts a stream in place of the one used longest ago. Processors
 * tell streams apart by the address of the instruction, which a page fault handler does not see.
 * Baer, Chen 1991, An effective on-chip preloading scheme, doi 10.1145/125826.125932.
 */
export class Stride extends Prefetcher {
  private distance: u32;
  private streams: u32;
  private confidence: u32;
  private table: usize;
  private demands: u64 = 0;

  constructor(context: PrefetchContext) {
    super(<u32>context.params.get(0));
    this.distance = <u32>context.params.get(0);
    this.streams = <u32>context.params.get(1);
    this.confidence = <u32>context.params.get(2);
    const bytes = <usize>context.processes * this.streams * STREAM_BYTES;
    this.table = heap.alloc(bytes);
    memory.fill(this.table, 0, bytes);
  }

  onFault(demand: Demand): void {
    this.follow(demand, true);
  }

  onFirstTouch(demand: Demand): void {
    this.follow(demand, false);
  }

  private follow(demand: Demand, fault: bool): void {
    if (demand.advice == ADVICE_RANDOM) return;
    this.demands++;
    const page = demand.page;
    let stream = this.predicted(demand.process, page, fault);
    let steady: bool = changetype<usize>(stream) != 0;
    if (!steady) {
      stream = this.nearest(demand.process, page);
      if (stream.used == 0 || this.gap(stream, page) > REACH) this.start(stream);
      else steady = this.turn(stream, page);
    }
    stream.last = page;
    stream.used = this.demands;
    if (!steady || stream.confidence < this.confidence) return;
    for (let k = stream.ahead + 1; k <= this.distance; k++) this.want(page + stream.stride * <i64>k);
    stream.ahead = this.distance;
  }

  /** The stream that expected this page, moved on to it; a null pointer if none did. */
  private predicted(process: u32, page: Vpn, fault: bool): Stream {
    for (let s: u32 = 0; s < this.streams; s++) {
      const stream = this.at(process, s);
      if (stream.used == 0 || stream.confidence == 0) continue;
      // One stride on; or, where pages between were there already, any stride that was prefetched and one more.
      let expected = stream.last + stream.stride;
      for (let k: u32 = 1; k <= stream.ahead + 1; k++) {
        if (expected == page) {
          if (stream.confidence < this.confidence * SURE) stream.confidence++;
          // A fault inside what was prefetched: the page was dropped or taken away, and so may be those behind it.
          stream.ahead = fault || k > stream.ahead ? 0 : stream.ahead - k;
          return stream;
        }
        expected += stream.stride;
      }
    }
    return changetype<Stream>(0);
  }

  /** The stream whose last page is nearest, if one is within reach; else one not in use or used longest ago. */
  private nearest(process: u32, page: Vpn): Stream {
    let near: u32 = NONE;
    let least: u64 = REACH + 1;
    let old: u32 = 0;
    for (let s: u32 = 0; s < this.streams; s++) {
      const stream = this.at(process, s);
      if (stream.used < this.at(process, old).used) old = s;
      if (stream.used == 0 || this.gap(stream, page) >= least) continue;
      least = this.gap(stream, page);
      near = s;
    }
    return this.at(process, near != NONE ? near : old);
  }

  private start(stream: Stream): void {
    stream.stride = 0;
    stream.confidence = 0;
    stream.ahead = 0;
  }

  /** A demand near a stream that did not expect it; true if the stream takes this distance over. */
  private turn(stream: Stream, page: Vpn): bool {
    const stride = <i64>(page - stream.last);
    if (stride == 0) return false;
    stream.ahead = 0;
    if (stream.confidence > 1) {
      stream.confidence--;
      return false;
    }
    stream.stride = stride;
    stream.confidence = 1;
    return true;
  }

  private gap(stream: Stream, page: Vpn): u64 {
    return page > stream.last ? page - stream.last : stream.last - page;
  }

  private at(process: u32, stream: u32): Stream {
    return changetype<Stream>(this.table + (<usize>process * this.streams + stream) * STREAM_BYTES);
  }
}
