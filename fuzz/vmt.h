// The decoder of .vmt blocks under libFuzzer; part of harness.c. An input is eight bytes and the payload of a block:
//
//   @0 bit 0 folded on pages, else whole accesses; bits 3-7 the rubbish behind the payload
//   @1 page size: 2^12, 1, 2^30, 2^20 by the lower two bits
//   @8 the payload
//
// It is decoded twice with other bytes behind it, and, if it is folded, with runs, which are expanded: all alike.

typedef struct {
  uint64_t records, hash, accesses, operations;
  uint64_t what, place;
  bool faulted;
} Decoded;

static void takeRecords(const uint8_t *records, uint32_t count, Decoded *decoded) {
  for (const uint8_t *record = records; record < records + (size_t)count * RECORD_BYTES; record += RECORD_BYTES) {
    uint32_t extent, meta;
    memcpy(&extent, record + 8, 4);
    memcpy(&meta, record + 12, 4);
    MUST((meta & 0xf) <= 4 && (meta & 0xe0) == 0, "meta %08x", meta);
    if ((meta & 0xf) > 2) continue;
    MUST(extent >= 1, "an access of no bytes");
    decoded->accesses += (meta & 0x10) != 0 ? extent : 1;
  }
  decoded->records += count;
  decoded->hash = mix(decoded->hash, records, (size_t)count * RECORD_BYTES);
}

/** Groups lie within their chunk, and what they stand for has as many steps and accesses as they say. */
static void checkGroups(const uint8_t *records, uint32_t count) {
  for (uint32_t i = 0; i < count;) {
    const uint8_t *group = records + (size_t)i * RECORD_BYTES;
    uint32_t accesses, meta, sum = 0;
    uint64_t steps;
    memcpy(&steps, group, 8);
    memcpy(&accesses, group + 8, 4);
    memcpy(&meta, group + 12, 4);
    if ((meta & 0xf) != 5) {
      i++;
      continue;
    }
    uint32_t members = meta >> 8 & 0xff, stepRecords = meta >> 16;
    MUST(members >= 1 && members <= 16 && i + 1 + members + stepRecords <= count, "a group of %u members and %u records of steps at %u of %u",
         members, stepRecords, i, count);
    MUST(steps >= 1 && steps <= stepRecords * 16ull, "%llu steps in %u records", (unsigned long long)steps, stepRecords);
    for (uint32_t member = 1; member <= members; member++) {
      uint32_t own, word;
      memcpy(&own, group + member * RECORD_BYTES + 8, 4);
      memcpy(&word, group + member * RECORD_BYTES + 12, 4);
      MUST((word & 0x1f) == 6 && (word >> 5 & 3) <= 2, "meta %08x of a member", word);
      sum += own;
    }
    MUST(sum == accesses, "%u accesses in a group, %u of its members", accesses, sum);
    i += 1 + members + stepRecords;
  }
}

static void expandRecords(uint32_t count, Decoded *decoded) {
  uint32_t in = w2c_trace_recordsIn(&trace), size = count * RECORD_BYTES;
  checkGroups(at(w2c_trace_records(&trace), size), count);
  wasm_mark_range(in, size);
  memmove(at(in, size), at(w2c_trace_records(&trace), size), size);
  w2c_trace_beginExpansion(&trace, count);
  for (uint32_t calls = 0;; calls++) {
    MUST(calls < 100000, "an expansion without end");
    uint32_t plain = w2c_trace_expand(&trace);
    if (plain == 0) return;
    MUST(plain <= CHUNK_RECORDS, "%u expanded records", plain);
    takeRecords(at(w2c_trace_records(&trace), plain * RECORD_BYTES), plain, decoded);
  }
}

/** The host's part: an operation of some bytes becomes some records. False if there are no bytes for it. */
static bool serveVmt(Decoded *decoded) {
  uint32_t room = w2c_trace_vmtOperationBytes(&trace), place = w2c_trace_vmtOperation(&trace);
  if (room == 0) return false;
  uint8_t first = *at(place, room);
  uint32_t size = 1 + first % 8 < room ? 1 + first % 8 : room, records = first % 17;
  uint32_t out = w2c_trace_vmtOut(&trace), begin = w2c_trace_records(&trace);
  MUST(out >= begin && out + 16 * RECORD_BYTES <= begin + CHUNK_RECORDS * RECORD_BYTES, "no room for an operation at %u", out - begin);
  wasm_mark_range(out, records * RECORD_BYTES);
  for (uint32_t i = 0; i < records; i++) {
    uint8_t *record = at(out + i * RECORD_BYTES, RECORD_BYTES);
    memset(record, 0, RECORD_BYTES);
    record[12] = i + 1 == records ? 3 : 4;
  }
  w2c_trace_vmtServe(&trace, size, records);
  decoded->operations += records;
  return true;
}

static void decodeBlock(uint32_t kind, uint32_t shift, bool runs, uint8_t rubbish, Decoded *decoded) {
  wasm_restore(&trace.w2c_memory);
  fresh.w2c_memory = trace.w2c_memory;
  trace = fresh;
  memset(decoded, 0, sizeof *decoded);
  uint32_t payload = w2c_trace_vmtRoom(&trace);
  wasm_mark_range(payload, length + 64);
  memcpy(at(payload, length), bytes, length);
  memset(at(payload + length, 64), rubbish, 64);
  bool cut = false;
  uint64_t events = 0;
  if (w2c_trace_vmtBegin(&trace, kind, shift, (u32)length)) {
    for (uint64_t calls = 0;; calls++) {
      MUST(calls <= 64 + 8 * (uint64_t)length + decoded->records, "no end: %llu calls", (unsigned long long)calls);
      uint32_t count = w2c_trace_vmtRead(&trace, runs);
      MUST(count <= CHUNK_RECORDS, "a chunk of %u records", count);
      if (count > 0 && runs) expandRecords(count, decoded);
      else if (count > 0) takeRecords(at(w2c_trace_records(&trace), count * RECORD_BYTES), count, decoded);
      else if (!w2c_trace_vmtWaiting(&trace)) break;
      else if (!serveVmt(decoded)) {
        cut = true;
        break;
      } else events++;
    }
  }
  decoded->what = wordsAt(w2c_trace_vmtFault(&trace), "words", false);
  decoded->faulted = cut || decoded->what != 0;
  if (decoded->faulted && !cut) {
    decoded->place = w2c_trace_vmtFaultAt(&trace);
    MUST(decoded->place <= length, "a fault at %llu of %zu bytes", (unsigned long long)decoded->place, length);
    MUST(w2c_trace_vmtRead(&trace, runs) == 0, "records behind a fault");
  }
  if (decoded->faulted) return;
  MUST((uint64_t)w2c_trace_vmtAccesses(&trace) == decoded->accesses, "%llu accesses in the records, %.0f counted",
       (unsigned long long)decoded->accesses, w2c_trace_vmtAccesses(&trace));
  events += decoded->records - decoded->operations;
  MUST(w2c_trace_vmtEvents(&trace) == events, "%llu events in the records, %u counted", (unsigned long long)events,
       w2c_trace_vmtEvents(&trace));
}

static void fuzzVmt(const uint8_t *data) {
  static const uint32_t shifts[] = {12, 0, 30, 20};
  uint32_t kind = data[0] & 1 ? 2 : 1, shift = shifts[data[1] & 3];
  Decoded one, other;
  decodeBlock(kind, shift, false, 0, &one);
  decodeBlock(kind, shift, false, data[0] & 0xf8, &other);
  MUST(memcmp(&one, &other, sizeof one) == 0, "what is behind the payload matters");
  if (kind == 1) return;
  decodeBlock(kind, shift, true, 0, &other);
  MUST(one.faulted == other.faulted, "with runs %s fault, without %s", other.faulted ? "a" : "no", one.faulted ? "one" : "none");
  if (one.faulted) return;
  MUST(one.records == other.records && one.hash == other.hash, "expanded runs are %llu other records, not %llu",
       (unsigned long long)other.records, (unsigned long long)one.records);
}
