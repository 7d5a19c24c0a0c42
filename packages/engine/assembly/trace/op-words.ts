import { IFETCH, READ, WRITE } from './records';

/** How tables write reads, writes and instruction fetches. 2a and 8a, 28 and 88 are the write and read commands of SCSI. */
const READS: string = 'r read rd load l get 0 28 0x28 88 0x88';
const WRITES: string = 'w write wr store s set put 1 2a 0x2a 8a 0x8a';
const FETCHES: string = 'i ifetch fetch inst 2';

const LONGEST: usize = 6;
const MOST_WORDS: u32 = 32;
/** Of each word its bytes behind a 1 as one number, so that no byte 0 goes unseen, and its op. */
const WORDS: usize = memory.data(32 * 16);
const NONE: u32 = 0xffff_ffff;

let words: u32 = 0;
/** The word of the last call: tables are full of the same few. */
let lastWord: u64 = 0;
let lastOp: u32 = NONE;

export function beginOpWords(): void {
  addWords(READS, READ);
  addWords(WRITES, WRITE);
  addWords(FETCHES, IFETCH);
}

/** The op that the bytes from … to name, in upper or lower case, or 0xffffffff. */
export function opOfWord(from: usize, to: usize): u32 {
  const length = to - from;
  if (length == 0 || length > LONGEST) return NONE;
  let word: u64 = 1;
  for (let p = from; p < to; p++) word = (word << 8) | lower(load<u8>(p));
  if (word != lastWord) {
    lastWord = word;
    lastOp = find(word);
  }
  return lastOp;
}

function find(word: u64): u32 {
  for (let i: u32 = 0; i < words; i++) {
    const place = WORDS + ((<usize>i) << 4);
    if (load<u64>(place) == word) return load<u32>(place, 8);
  }
  return NONE;
}

function addWords(list: string, op: u32): void {
  let word: u64 = 1;
  for (let i = 0; i <= list.length; i++) {
    const character = i < list.length ? list.charCodeAt(i) : 0x20;
    if (character != 0x20) {
      word = (word << 8) | <u64>character;
      continue;
    }
    assert(words < MOST_WORDS);
    const place = WORDS + ((<usize>words) << 4);
    store<u64>(place, word);
    store<u32>(place, op, 8);
    words++;
    word = 1;
  }
}

function lower(byte: u8): u64 {
  return <u64>(byte - 0x41 < 26 ? byte | 0x20 : byte);
}
