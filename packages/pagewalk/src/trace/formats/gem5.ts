import { PbfReader } from 'pbf';
import { beginsWith } from '../head.ts';
import { HostSource } from '../host-source.ts';
import { CUT, LONG, next, type Varints, varintAt, walk } from '../protobuf.ts';
import { quote } from '../quote.ts';
import { OP_IFETCH, OP_READ, OP_WRITE } from '../record-layout.ts';
import type { RecordSink } from '../record-sink.ts';
import type { TraceFormat } from './format.ts';

/** gem5's packet traces: a magic number, then protobuf messages behind their lengths, the first of which is the header. */
const MAGIC = [0x67, 0x65, 0x6d, 0x35];
const PID = 1;
const MOST_HEADER = 1 << 20;
const MOST_PACKET = 1 << 16;

const VARINT = 0;
const BYTES = 2;
const READ_REQUEST = 1;
const WRITE_REQUEST = 4;
/** Of a request's flags. */
const INSTRUCTION = 0x100n;
/** Fields of a packet that must be there, by their numbers. */
const NEEDED = [null, 'tick', 'cmd', 'addr', 'size'] as const;

export const gem5: TraceFormat = {
  name: 'gem5',
  shape: "gem5's packet trace",
  unit: 'record',
  likeness: (head) => (beginsWith(head, MAGIC) ? 1 : 0),
  open: (parts) => new Gem5(parts),
  notes: ['requests at a port of a simulated machine, behind the caches above it'],
};

class Gem5 extends HostSource {
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;
  private origin = 0;
  private last = false;
  /** Of the message at `at`, from 1; 0 is the magic number. */
  private record = 0;
  /** Where the next message begins is not known any more. */
  private lost = false;
  /** Of the message walked last, by their numbers. */
  private readonly fields: Varints = new Array<undefined>(6).fill(undefined);

  protected take(piece: Uint8Array | null): void {
    if (piece === null) {
      this.last = true;
      return;
    }
    const rest = this.bytes.subarray(this.at);
    this.origin += this.at;
    this.at = 0;
    // What is left of a piece is kept: its memory may be used again for the next one.
    this.bytes = new Uint8Array(rest.length + piece.length);
    this.bytes.set(rest);
    this.bytes.set(piece, rest.length);
  }

  protected read(): void {
    if (this.record === 0 && !this.magic()) return;
    while (this.sink.hasRoom && this.message());
  }

  private magic(): boolean {
    const { bytes } = this;
    if (bytes.length < MAGIC.length && !this.last) return false;
    if (!MAGIC.every((byte, place) => bytes[place] === byte)) {
      if (bytes.length === 0) this.end();
      else
        this.raise({
          record: 1,
          byte: 0,
          problem: `bad magic number ${quote(bytes.subarray(0, 4))}`,
          expected: 'gem5',
        });
      return false;
    }
    this.at = MAGIC.length;
    this.record = 1;
    return true;
  }

  /** Reads the next message; false if there is none, or a fault. */
  private message(): boolean {
    if (this.lost) return this.drop();
    const { bytes, at, record } = this;
    if (at >= bytes.length) {
      if (this.last) this.end();
      return false;
    }
    const most = record === 1 ? MOST_HEADER : MOST_PACKET;
    const length = varintAt(bytes, at, bytes.length);
    if (length === CUT) return this.last ? this.truncated('a length') : false;
    if (length === LONG || length > most) {
      const found = quote(bytes.subarray(at, length === LONG ? at + 10 : next));
      this.lost = this.bad(`bad length ${found}`, `a varint of at most ${most}`);
      return this.lost;
    }
    const from = next;
    const end = from + Number(length);
    if (end > bytes.length) return this.last ? this.truncated(`${length} bytes`) : false;
    if (!(record === 1 ? this.header(from, end) : this.packet(from, end))) return false;
    this.at = end;
    this.record++;
    return true;
  }

  private header(from: number, end: number): boolean {
    const fault = this.malformation(from, end, 'a header');
    if (fault !== null) return this.refuse(fault.problem, fault.expected);
    const { facts } = this.sink;
    const header = new PbfReader(this.bytes.subarray(from, end));
    const isElastic = header.readFields(
      (field, elastic: { is: boolean }, pbf) => {
        if (field === 1 && pbf.type === BYTES) facts['object'] = new TextDecoder().decode(pbf.readBytes());
        else if (field === 2 && pbf.type === VARINT) facts['version'] = pbf.readVarint();
        else if (field === 3 && pbf.type === VARINT) facts['tick_frequency'] = pbf.readVarint();
        else if (field === 4 && pbf.type === VARINT) elastic.is = true;
      },
      { is: false },
    );
    return isElastic.is ? this.refuse('elastic trace', 'a trace of packets') : true;
  }

  /** True if reading goes on behind it. */
  private packet(from: number, end: number): boolean {
    const fault = this.malformation(from, end, 'a packet') ?? putPacket(this.fields, this.sink);
    return fault === null || this.bad(fault.problem, fault.expected);
  }

  /** Walks the message; its fields are in `fields`. */
  private malformation(from: number, end: number, what: string): Fault | null {
    const bad = walk(this.bytes, from, end, this.fields);
    if (bad === null) return null;
    if (bad < 0) {
      return { problem: `bad message ${quote(this.bytes.subarray(from, end))}`, expected: `fields of ${what}` };
    }
    return { problem: `bad varint ${quote(this.bytes.subarray(bad, bad + 10))}`, expected: 'at most 64 bits' };
  }

  private bad(problem: string, expected: string, tail = 0): boolean {
    return this.fault({ record: this.record, byte: this.origin + this.at, problem, expected }, tail);
  }

  private refuse(problem: string, expected: string): boolean {
    this.raise({ record: this.record, byte: this.origin + this.at, problem, expected });
    return false;
  }

  private truncated(expected: string): boolean {
    const rest = this.bytes.length - this.at;
    if (this.bad('truncated record', expected, rest)) this.end();
    return false;
  }

  private drop(): boolean {
    this.cutOff(this.bytes.length - this.at);
    this.at = this.bytes.length;
    if (this.last) this.end();
    return false;
  }
}

interface Fault {
  readonly problem: string;
  readonly expected: string;
}

function putPacket(fields: Varints, sink: RecordSink): Fault | null {
  for (let field = 1; field < NEEDED.length; field++) {
    if (fields[field] === undefined) return { problem: `no ${NEEDED[field]}`, expected: 'one in each packet' };
  }
  const [, , command, address, size, flags = 0] = fields;
  if (command !== READ_REQUEST && command !== WRITE_REQUEST) {
    sink.leaveOut('other_commands');
    return null;
  }
  if (size! < 1 || size! > 0xffff_ffff) {
    return { problem: `bad size '${size}'`, expected: 'a number of bytes from 1 to 4294967295' };
  }
  const read = BigInt(flags) & INSTRUCTION ? OP_IFETCH : OP_READ;
  sink.put(PID, command === READ_REQUEST ? read : OP_WRITE, BigInt(address!), Number(size));
  return null;
}
