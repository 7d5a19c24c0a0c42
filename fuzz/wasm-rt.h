// What code made by wasm2c (npm wabt 1.0.39) asks of its host, without signal handlers: a trap aborts, and behind the memory
// there is nothing up to the last address that code can make, so that a load or store out of bounds is a crash without a comparison in front of it, which
// would hide the program's own from the fuzzer. Stores leave a mark on their block of memory, so that `wasm_restore` puts a used memory back to what it was after instantiation, to the byte, at the cost of
// the blocks that were written (a run of the fuzzer writes a few of some thousand).
#ifndef WASM_RT_H_
#define WASM_RT_H_

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define WASM_RT_USE_SEGUE 0
#define WASM_RT_MEMCHECK_GUARD_PAGES 1
#define WASM_RT_STACK_DEPTH_COUNT 0
#define WASM_RT_SANITY_CHECKS 0
#define WABT_BIG_ENDIAN 0
#define wasm_rt_memcpy memcpy

typedef enum { WASM_RT_I32, WASM_RT_I64, WASM_RT_F32, WASM_RT_F64, WASM_RT_V128 } wasm_rt_type_t;
typedef const char *wasm_rt_func_type_t;
typedef void (*wasm_rt_function_ptr_t)(void);
typedef struct {
  wasm_rt_function_ptr_t fn;
} wasm_rt_tailcallee_t;
typedef struct {
  wasm_rt_func_type_t func_type;
  wasm_rt_function_ptr_t func;
  wasm_rt_tailcallee_t func_tailcallee;
  void *module_instance;
} wasm_rt_funcref_t;
typedef void *wasm_rt_externref_t;
typedef struct {
  wasm_rt_funcref_t *data;
  uint32_t max_size, size;
} wasm_rt_funcref_table_t;
typedef struct {
  wasm_rt_externref_t *data;
  uint32_t max_size, size;
} wasm_rt_externref_table_t;
static const wasm_rt_funcref_t wasm_rt_funcref_null_value;
static const wasm_rt_externref_t wasm_rt_externref_null_value;

#define TRAPS(X) X(NONE) X(OOB) X(INT_OVERFLOW) X(DIV_BY_ZERO) X(INVALID_CONVERSION) X(UNREACHABLE) X(CALL_INDIRECT) X(EXHAUSTION)
#define TRAP_ID(name) WASM_RT_TRAP_##name,
typedef enum { TRAPS(TRAP_ID) } wasm_rt_trap_t;

static __attribute__((noreturn, unused)) void wasm_rt_trap(wasm_rt_trap_t trap) {
#define TRAP_NAME(name) #name,
  static const char *const names[] = {TRAPS(TRAP_NAME)};
  fprintf(stderr, "trace.wasm: trap %s\n", names[trap]);
  abort();
}

typedef struct {
  uint8_t *data;
  uint64_t size;
  uint32_t pages, max_pages;
} wasm_rt_memory_t;

#define WASM_PAGE 65536u
/** The memory may grow so far. */
#define WASM_MOST_PAGES 4096u
/** 32 bits of address, 32 of offset, and one access. */
#define WASM_REACH ((2ull << 32) + WASM_PAGE)
#define BLOCK_SHIFT 10
#define BLOCK (1u << BLOCK_SHIFT)

/** A mark for each block that was written since `wasm_remember`; eight are looked at together. */
extern uint8_t wasm_marks[(WASM_REACH >> BLOCK_SHIFT) + 8];

/** Stores of at most a block: no branch, so that none is counted as coverage. */
#define MARK(addr, n) (wasm_marks[(addr) >> BLOCK_SHIFT] = 1, wasm_marks[((addr) + (n) - 1) >> BLOCK_SHIFT] = 1)

static inline void wasm_mark_range(uint64_t addr, uint64_t n) {
  if (n > 0) memset(wasm_marks + (addr >> BLOCK_SHIFT), 1, ((addr + n - 1) >> BLOCK_SHIFT) - (addr >> BLOCK_SHIFT) + 1);
}

static inline bool wasm_rt_is_initialized(void) {
  return true;
}

static inline void wasm_rt_resize(wasm_rt_memory_t *memory, uint32_t pages) {
  uint64_t size = pages * (uint64_t)WASM_PAGE;
  if (size > memory->size && mprotect(memory->data + memory->size, size - memory->size, PROT_READ | PROT_WRITE) != 0) abort();
  if (size < memory->size && mprotect(memory->data + size, memory->size - size, PROT_NONE) != 0) abort();
  memory->pages = pages;
  memory->size = size;
}

static inline void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint32_t pages, uint64_t most, bool is64, uint32_t page) {
  if (is64 || page != WASM_PAGE) abort();
  memory->data = mmap(NULL, WASM_REACH, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory->data == MAP_FAILED) abort();
  memory->max_pages = most < WASM_MOST_PAGES ? (uint32_t)most : WASM_MOST_PAGES;
  memory->size = 0;
  wasm_rt_resize(memory, pages);
}

static inline uint32_t wasm_rt_grow_memory(wasm_rt_memory_t *memory, uint32_t pages) {
  uint32_t before = memory->pages;
  if (pages > memory->max_pages - before) return UINT32_MAX;
  if (pages > 0) wasm_rt_resize(memory, before + pages);
  return before;
}

static inline void wasm_rt_free_memory(wasm_rt_memory_t *memory) {
  munmap(memory->data, WASM_REACH);
}

#ifdef WASM_RT_HOST
uint8_t wasm_marks[sizeof wasm_marks];
static uint8_t *wasm_snapshot;
static uint64_t wasm_snapshot_size;

/** The memory as it is now is what `wasm_restore` brings back. */
static void wasm_remember(const wasm_rt_memory_t *memory) {
  wasm_snapshot_size = memory->size;
  wasm_snapshot = malloc(memory->size);
  memcpy(wasm_snapshot, memory->data, memory->size);
  memset(wasm_marks, 0, sizeof wasm_marks);
}

static void wasm_restore(wasm_rt_memory_t *memory) {
  uint64_t blocks = memory->size >> BLOCK_SHIFT;
  for (uint64_t eight = 0; eight < blocks; eight += 8) {
    uint64_t marks;
    memcpy(&marks, wasm_marks + eight, 8);
    if (marks == 0) continue;
    for (uint64_t block = eight; block < eight + 8; block++) {
      if (!wasm_marks[block]) continue;
      uint64_t at = block << BLOCK_SHIFT;
      if (at < wasm_snapshot_size) memcpy(memory->data + at, wasm_snapshot + at, BLOCK);
      else memset(memory->data + at, 0, BLOCK);
      wasm_marks[block] = 0;
    }
  }
  if (memory->size != wasm_snapshot_size) wasm_rt_resize(memory, (uint32_t)(wasm_snapshot_size / WASM_PAGE));
}

#endif

#endif
