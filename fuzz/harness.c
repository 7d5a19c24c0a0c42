// A reader of trace.wasm under libFuzzer. The first bytes of an input say how it is read (`Reading`), the rest is the trace. It is read twice: in pieces
// with rubbish behind them in the window, and as far as possible in one piece with zeros behind it. Both must give the same records, faults and
// counts, and all that a host relies on must hold; else the run aborts and libFuzzer keeps the input.
//
//   @0 bit 0 lenient; bits 1-2 what stands behind the bytes supplied (`rubbishAt`); bits 3-7
//   @1 lengths of three pieces, again and again (`pieceOf`)
//   @4 which of its values each option has: option i by bits i/4… of byte 4 + i mod 4
//   @8 the trace
//
// FUZZ_READER is the reader's number, or vmt for the blocks of our own format (vmt.h); FUZZ_OPTIONS the values that each of its options may take, such as "0,1;0,12,30".
// FUZZ_HEADER is set if a trace has a header, which ends lenient reading too if it is bad.
// packages/pagewalk/test/trace/fuzz/replay.ts is the same in TypeScript.
#define WASM_RT_HOST
#include "trace.h"

#include <stdarg.h>

#define HEADER 8
#define PIECES 3
#define MOST_OPTIONS 16
/** Kinds of things left out, and of facts. */
#define TOLD 32
#define MOST_VALUES 16
#define RECORD_BYTES 16
/** The host makes at most so many records of a line at a time. */
#define DOOR_RECORDS 64

struct w2c_env {
  int unused;
};

typedef struct {
  bool lenient;
  uint8_t rubbish, rubbishByte;
  uint32_t pieces[PIECES];
  uint32_t options[MOST_OPTIONS];
} Reading;

typedef struct {
  uint64_t records, hash, accesses;
  uint64_t skipped, tail, told, line, byte, foundBytes, what, expected;
  bool faulted;
} Outcome;

static struct w2c_env env;
static w2c_trace trace, fresh;
static uint32_t reader;
static bool isVmt;
/** A bad header ends lenient reading too. */
static bool hasHeader;
static uint32_t values[MOST_OPTIONS][MOST_VALUES];
static uint32_t valueCounts[MOST_OPTIONS];

static const uint8_t *bytes;
static size_t length;

__attribute__((noreturn, format(printf, 1, 2))) static void broken(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "broken: ");
  vfprintf(stderr, format, arguments);
  fprintf(stderr, "\n");
  va_end(arguments);
  abort();
}

#define MUST(condition, ...)               \
  do {                                     \
    if (!(condition)) broken(__VA_ARGS__); \
  } while (0)

void w2c_env_abort(struct w2c_env *host, u32 message, u32 file, u32 line, u32 column) {
  (void)host, (void)message, (void)file;
  broken("abort in line %u, column %u", line, column);
}

static uint64_t mix(uint64_t hash, const void *data, size_t size) {
  const uint8_t *p = data;
  for (; size >= 8; size -= 8, p += 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 29;
  }
  for (; size > 0; size--, p++) hash = (hash ^ *p) * 0x100000001b3u;
  return hash;
}

static uint8_t *at(uint64_t place, uint64_t size) {
  MUST(place + size <= trace.w2c_memory.size, "%llu bytes at %llu are not in memory", (unsigned long long)size,
       (unsigned long long)place);
  return trace.w2c_memory.data + place;
}

/** The words of a fault: a string of AssemblyScript. */
static uint64_t wordsAt(u32 pointer, const char *which, bool needed) {
  if (pointer < 4) {
    MUST(!needed, "a fault without %s", which);
    return 0;
  }
  uint32_t size;
  memcpy(&size, at(pointer - 4, 4), 4);
  MUST(!needed || size > 0, "a fault without %s", which);
  MUST(size < 2000, "%s of %u bytes", which, size);
  return mix(0, at(pointer, size), size);
}

/** Checks what is told of the first fault, while the bytes found are in the window. */
static void checkFault(Outcome *outcome, bool ofHost) {
  outcome->line = (uint64_t)w2c_trace_faultLine(&trace);
  outcome->byte = (uint64_t)w2c_trace_faultByte(&trace);
  outcome->foundBytes = w2c_trace_faultFoundBytes(&trace);
  outcome->what = wordsAt(w2c_trace_faultWhat(&trace), "what", !ofHost);
  outcome->expected = wordsAt(w2c_trace_faultExpected(&trace), "expected", !ofHost);
  uint64_t end = outcome->byte + outcome->foundBytes;
  MUST(outcome->byte <= length && end <= length, "a fault at %llu to %llu of %zu bytes", (unsigned long long)outcome->byte,
       (unsigned long long)end, length);
  MUST(outcome->line >= 1, "a fault in line 0");
  const uint8_t *found = at(w2c_trace_faultFound(&trace), outcome->foundBytes);
  MUST(memcmp(found, bytes + outcome->byte, outcome->foundBytes) == 0, "the bytes found are not those of the input at %llu",
       (unsigned long long)outcome->byte);
}

static void checkRecords(uint32_t count, Outcome *outcome) {
  MUST(count <= CHUNK_RECORDS, "a chunk of %u records", count);
  const uint8_t *record = at(w2c_trace_records(&trace), (uint64_t)count * RECORD_BYTES);
  for (uint32_t i = 0; i < count; i++, record += RECORD_BYTES) {
    uint32_t extent, meta;
    memcpy(&extent, record + 8, 4);
    memcpy(&meta, record + 12, 4);
    uint32_t op = meta & 0xf;
    MUST(op <= 4 && (meta & 0xe0) == 0, "meta %08x", meta);
    if (op > 2) continue;
    bool folded = (meta & 0x10) != 0;
    MUST(extent >= 1, "an access of no bytes");
    MUST(!folded || w2c_trace_foldPage(&trace) != 0, "a folded record, but no page size");
    outcome->accesses += folded ? extent : 1;
  }
  outcome->records += count;
  outcome->hash = mix(outcome->hash, at(w2c_trace_records(&trace), 0), (size_t)count * RECORD_BYTES);
}

/**
 * What the host does with a line that it is given depends on the line alone: it is refused, or makes records, some in two parts.
 * False if it was refused.
 */
static bool serve(bool *halfDone) {
  uint32_t from = w2c_trace_lineAt(&trace), to = w2c_trace_lineEnd(&trace);
  MUST(from <= to && to - from <= length, "a line from %u to %u", from, to);
  uint64_t hash = mix(0, at(from, to - from), to - from);
  if (hash % 4 == 0) {
    uint32_t first = (uint32_t)(hash >> 8) % (to - from + 1);
    w2c_trace_refuseLine(&trace, from + first, to);
    return false;
  }
  uint32_t records = (uint32_t)(hash >> 8) % (DOOR_RECORDS + 1);
  uint32_t out = w2c_trace_lineRecordsAt(&trace), first = w2c_trace_records(&trace);
  MUST(out >= first && out + DOOR_RECORDS * RECORD_BYTES <= first + CHUNK_RECORDS * RECORD_BYTES,
       "no room for the records of a line at %u", out - first);
  wasm_mark_range(out, records * RECORD_BYTES);
  for (uint32_t i = 0; i < records; i++) {
    uint8_t *record = at(out + i * RECORD_BYTES, RECORD_BYTES);
    uint32_t meta = i + 1 == records ? 3 : 4;
    memset(record, 0, RECORD_BYTES);
    memcpy(record, &hash, 8);
    memcpy(record + 12, &meta, 4);
  }
  *halfDone = !*halfDone && (hash >> 16) % 4 == 0;
  w2c_trace_serveLine(&trace, records, *halfDone);
  return true;
}

/**
 * What stands behind a piece in the window is none of the reader's business: one byte again and again, the beginning of the trace, or what really
 * comes, but with other digits, or with other bits.
 */
static uint8_t rubbishAt(const Reading *reading, size_t place) {
  if (reading->rubbish == 0 || length == 0) return reading->rubbishByte;
  if (reading->rubbish == 1) return bytes[place % length];
  uint8_t next = bytes[place % length];
  if (reading->rubbish == 3) return next ^ 1;
  return next >= '0' && next <= '9' ? '0' + ('9' - next) : next;
}

static size_t supply(size_t from, size_t size, bool last, const Reading *reading) {
  uint32_t place = w2c_trace_inputAt(&trace), end = w2c_trace_inputEnd(&trace);
  MUST(place <= end, "the window is behind its end");
  MUST(place < end || size == 0, "no room in the window, yet more bytes are wanted");
  if (size > end - place) size = end - place;
  // Readers may load 16 bytes at any place of the window.
  size_t behind = end - place - size < 64 ? end - place - size : 64;
  wasm_mark_range(place, size + behind);
  memcpy(at(place, size), bytes + from, size);
  memset(at(place + size, behind), 0, behind);
  if (reading != NULL) {
    size_t first = reading->rubbish == 1 ? 0 : from + size;
    for (size_t i = 0; i < behind; i++) *at(place + size + i, 1) = rubbishAt(reading, first + i);
  }
  w2c_trace_supply(&trace, (u32)size, last);
  return size;
}

static void readAll(const Reading *reading, bool inPieces, Outcome *outcome) {
  wasm_restore(&trace.w2c_memory);
  fresh.w2c_memory = trace.w2c_memory;
  trace = fresh;
  memset(outcome, 0, sizeof *outcome);
  uint32_t options = w2c_trace_options(&trace);
  wasm_mark_range(options, sizeof reading->options);
  memcpy(at(options, sizeof reading->options), reading->options, sizeof reading->options);
  w2c_trace_beginReading(&trace, reader, reading->lenient);
  uint32_t window = w2c_trace_inputAt(&trace);

  size_t given = 0;
  bool ended = false, faultSeen = false, ofHost = false, halfDone = false;
  uint64_t calls = 0, piece = 0;
  for (;;) {
    MUST(calls++ <= 64 + 8 * (uint64_t)length + outcome->records, "no end: %llu calls", (unsigned long long)calls);
    uint32_t count = w2c_trace_read(&trace);
    uint64_t skipped = (uint64_t)w2c_trace_skipped(&trace);
    if (!faultSeen && (skipped > 0 || w2c_trace_faulted(&trace))) {
      checkFault(outcome, ofHost);
      faultSeen = true;
    }
    MUST(reading->lenient || skipped == 0, "strict reading skipped");
    bool inHeader = hasHeader && skipped == 0 && outcome->records + count == 0;
    MUST(!reading->lenient || !w2c_trace_faulted(&trace) || inHeader, "lenient reading stopped at a fault");
    if (count > 0) checkRecords(count, outcome);
    else if (w2c_trace_waiting(&trace)) {
      if (!serve(&halfDone) && !faultSeen) ofHost = true;
    } else if (w2c_trace_faulted(&trace) || ended) {
      break;
    } else if (given == length) {
      supply(given, 0, true, inPieces ? reading : NULL);
      ended = true;
    } else {
      size_t wanted = inPieces ? reading->pieces[piece++ % PIECES] : length;
      if (wanted > length - given) wanted = length - given;
      given += supply(given, wanted, false, inPieces ? reading : NULL);
    }
  }
  outcome->faulted = w2c_trace_faulted(&trace);
  outcome->skipped = (uint64_t)w2c_trace_skipped(&trace);
  outcome->tail = (uint64_t)w2c_trace_truncatedTail(&trace);
  for (uint32_t i = 0; i < TOLD; i++) {
    double told[] = {w2c_trace_leftOut(&trace, i), w2c_trace_fact(&trace, i)};
    MUST(told[0] >= 0 && told[1] >= -1, "left out %.0f, fact %.0f", told[0], told[1]);
    outcome->told = mix(outcome->told, told, sizeof told);
  }
  MUST(outcome->tail <= length, "a tail of %llu bytes", (unsigned long long)outcome->tail);
  MUST((uint64_t)w2c_trace_accesses(&trace) == outcome->accesses, "%llu accesses in the records, %.0f counted",
       (unsigned long long)outcome->accesses, w2c_trace_accesses(&trace));
  MUST(w2c_trace_read(&trace) == 0, "records behind the end");
  if (!outcome->faulted) MUST(w2c_trace_inputAt(&trace) == window, "bytes left over at the end");
}

static void compare(const Outcome *a, const Outcome *b) {
#define SAME(field)                                                                                                \
  MUST(a->field == b->field, "in pieces %s is %llu, in one piece %llu", #field, (unsigned long long)a->field,      \
       (unsigned long long)b->field)
  SAME(faulted);
  SAME(skipped);
  SAME(records);
  SAME(accesses);
  SAME(line);
  SAME(byte);
  SAME(foundBytes);
  SAME(what);
  SAME(expected);
  SAME(tail);
  SAME(told);
  SAME(hash);
}

#include "vmt.h"

/** 1 to 200 bytes, or pieces of up to 7 KB, or all that there are. */
static uint32_t pieceOf(uint8_t code) {
  if (code == 0) return UINT32_MAX;
  return code <= 200 ? code : (code - 200u) * 128;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < HEADER) return 0;
  Reading reading = {.lenient = data[0] & 1, .rubbish = data[0] >> 1 & 3, .rubbishByte = data[0] & 0xf8};
  for (int i = 0; i < PIECES; i++) reading.pieces[i] = pieceOf(data[1 + i]);
  for (int i = 0; i < MOST_OPTIONS; i++) {
    if (valueCounts[i] > 0) reading.options[i] = values[i][(data[4 + i % 4] >> i / 4) % valueCounts[i]];
  }
  bytes = data + HEADER;
  length = size - HEADER;
  if (isVmt) {
    fuzzVmt(data);
    return 0;
  }
  Outcome inPieces, inOne;
  readAll(&reading, true, &inPieces);
  readAll(&reading, false, &inOne);
  compare(&inPieces, &inOne);
  return 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  const char *which = getenv("FUZZ_READER"), *choices = getenv("FUZZ_OPTIONS");
  if (which == NULL) {
    fprintf(stderr, "FUZZ_READER is not set\n");
    exit(2);
  }
  reader = (uint32_t)atoi(which);
  isVmt = strcmp(which, "vmt") == 0;
  hasHeader = getenv("FUZZ_HEADER") != NULL;
  for (int option = 0; choices != NULL && *choices != 0 && option < MOST_OPTIONS; option++) {
    do {
      if (valueCounts[option] == MOST_VALUES) exit(2);
      values[option][valueCounts[option]++] = (uint32_t)strtoul(choices, (char **)&choices, 10);
    } while (*choices++ == ',');
    if (choices[-1] == 0) break;
  }
  wasm2c_trace_instantiate(&trace, &env);
  // Its memory is taken at the first use.
  if (isVmt) w2c_trace_vmtRoom(&trace);
  wasm_remember(&trace.w2c_memory);
  fresh = trace;
  return 0;
}
