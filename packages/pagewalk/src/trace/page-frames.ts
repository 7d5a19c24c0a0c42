/** Which physical page a virtual one is: the text that DynamoRIO writes as v2p.textproto. */
import { quote } from './quote.ts';
import { TraceError } from './source.ts';

/** What `v2p` is for a trace that says it itself. */
export const BY_MARKERS = 'markers';

export interface PageFrames {
  readonly pageBytes: number;
  /** Addresses, virtual and physical. */
  readonly mappings: readonly (readonly [bigint, bigint])[];
}

const USUAL_PAGE = 4096;
const LEAST_PAGE = 1024;
const MOST_PAGE = 2 ** 30;
const LIMIT = 1n << 64n;
const PAGE_SIZE = `a power of two from ${LEAST_PAGE} to ${MOST_PAGE}, the same everywhere`;

/**
 * Reads `page_size` and the `address_mapping`s, at the top or in an `address_mapping_group`; other fields are passed over.
 *
 * @throws TraceError with the line.
 */
export function readPageFrames(text: string): PageFrames {
  return new Reader(text).read();
}

interface Token {
  readonly text: string;
  readonly line: number;
}

/** A comment, a string, a name or number, or a single sign. */
const TOKENS = /#[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[\w.+-]+|[^\s]/g;
const NAME = /^[A-Za-z_]\w*$/;
const NUMBER = /^(0x[\da-f]+|\d+)$/i;

type Fields = Readonly<Record<string, (value: bigint, token: Token) => void>>;

class Reader {
  private readonly tokens: Token[];
  private next = 0;
  private lines = 1;
  private pageBytes: number | null = null;
  private readonly mappings: [bigint, bigint][] = [];
  private readonly places: Token[] = [];

  constructor(text: string) {
    this.tokens = text.split('\n').flatMap((row, index) => {
      this.lines = index + 1;
      const words = [...row.matchAll(TOKENS)].map(([word]) => ({ text: word, line: index + 1 }));
      return words.filter((token) => !token.text.startsWith('#'));
    });
  }

  read(): PageFrames {
    while (this.next < this.tokens.length) this.field(this.take('a field'), true);
    this.expectUnique();
    return { pageBytes: this.pageBytes ?? USUAL_PAGE, mappings: this.mappings };
  }

  /** A field at the top or in a group, which may hold mappings. */
  private field(name: Token, isTop: boolean): void {
    if (!NAME.test(name.text)) throw bad(name, 'field', 'a name');
    const isGroup = isTop && name.text === 'address_mapping_group';
    if (isGroup) this.message((inner) => this.field(inner, false));
    else if (name.text === 'address_mapping') this.mapping(name);
    else if (name.text === 'page_size') this.setPageSize();
    else this.pass();
  }

  private mapping(name: Token): void {
    let virtual = 0n;
    let physical = 0n;
    const fields: Fields = {
      virtual_address: (value) => {
        virtual = value;
      },
      physical_address: (value) => {
        physical = value;
      },
    };
    this.message((field) => {
      const set = fields[field.text];
      if (set === undefined) return this.pass();
      const [value, token] = this.number('address', 'a number below 2^64');
      set(value, token);
    });
    this.mappings.push([virtual, physical]);
    this.places.push(name);
  }

  private setPageSize(): void {
    const [value, token] = this.number('page size', PAGE_SIZE);
    const bytes = Number(value);
    const isPage = Number.isInteger(Math.log2(bytes)) && bytes >= LEAST_PAGE && bytes <= MOST_PAGE;
    if (!isPage || (this.pageBytes !== null && this.pageBytes !== bytes)) throw bad(token, 'page size', PAGE_SIZE);
    this.pageBytes = bytes;
  }

  private expectUnique(): void {
    const page = BigInt(this.pageBytes ?? USUAL_PAGE);
    const seen = new Set<bigint>();
    for (const [index, [virtual, physical]] of this.mappings.entries()) {
      const line = this.places[index]!.line;
      for (const address of [virtual, physical]) {
        if (address % page === 0n) continue;
        throw problem(line, `bad address '0x${address.toString(16)}'`, `the start of a page of ${page} bytes`);
      }
      if (seen.has(virtual)) {
        throw problem(line, `a second mapping of virtual address 0x${virtual.toString(16)}`, 'one for each page');
      }
      seen.add(virtual);
    }
  }

  /** `{ fields }`, with or without a colon before. */
  private message(field: (name: Token) => void): void {
    this.accept(':');
    const open = this.take('{');
    if (open.text !== '{') throw bad(open, 'text', "'{'");
    for (let token = this.take("'}'"); token.text !== '}'; token = this.take("'}'")) {
      if (token.text !== ',' && token.text !== ';') field(token);
    }
  }

  /** The value of a field that is not looked at. */
  private pass(): void {
    this.accept(':');
    if (this.tokens[this.next]?.text !== '{') {
      this.take('a value');
      return;
    }
    let depth = 0;
    do {
      const { text } = this.take("'}'");
      if (text === '{') depth++;
      else if (text === '}') depth--;
    } while (depth > 0);
  }

  private number(what: string, expected: string): [bigint, Token] {
    const colon = this.take("':'");
    if (colon.text !== ':') throw bad(colon, 'text', "':'");
    const token = this.take(expected);
    const value = NUMBER.test(token.text) ? BigInt(token.text) : LIMIT;
    if (value >= LIMIT) throw bad(token, what, expected);
    return [value, token];
  }

  private accept(text: string): void {
    if (this.tokens[this.next]?.text === text) this.next++;
  }

  private take(expected: string): Token {
    const token = this.tokens[this.next++];
    if (token === undefined) throw problem(this.lines, 'the text ends', expected);
    return token;
  }
}

function bad({ text, line }: Token, what: string, expected: string): TraceError {
  return problem(line, `bad ${what} ${quote(new TextEncoder().encode(text))}`, expected);
}

function problem(line: number, text: string, expected: string): TraceError {
  return new TraceError({ file: 'v2p', line, problem: text, expected });
}
