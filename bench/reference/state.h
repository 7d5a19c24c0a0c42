/* The shapes and the state of the machine: one translation unit, everything static. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NONE UINT32_MAX
#define INVALID UINT64_MAX
#define INLINE static inline __attribute__((always_inline))
#define COLD static __attribute__((noinline))

enum { PAGE_SHIFT = 12, VA_BITS = 48, LEVELS = 4, INDEX_BITS = 9, NODE_ENTRIES = 1 << INDEX_BITS };
enum { L1_SETS = 16, L1_WAYS = 4, L2_SETS = 128, L2_WAYS = 12 };
enum { MAX_PROCESSES = 32767, MAX_PID = 0xffffff, MAX_CHANNELS = 64, MAX_QUEUE = 4096 };
enum op { READ, WRITE, IFETCH };
enum policy { CLOCK, LRU };

/* A record of a trace: meta = op (bits 0..3), folded (4), pid (8..31). Folded: `extent` is a count, not a size. */
struct record {
    uint64_t address;
    uint32_t extent, meta;
};
enum { OP_MASK = 15, FOLDED = 16, PID_SHIFT = 8 };

/* A PTE: bit 0 present, bit 1 in swap, the frame or slot from bit 12; 0 = never touched. Inner entries are plain pointers. */
typedef uint64_t pte;
enum { PRESENT = 1, SWAPPED = 2, TARGET_SHIFT = 12 };

struct process {
    uint64_t ops[3];
    uint64_t tlb_hits, tlb_misses, walk_refs;
    uint64_t demand_zero_faults, swap_in_faults, segfaults, oom_failures;
    uint64_t clean_evictions, dirty_evictions, clean_fallbacks;
    uint64_t swap_read_wait_ns, swap_write_wait_ns;
    uint64_t resident, resident_peak, swapped, nodes;
    uint64_t tag; /* slot << 49: the ASID in a TLB tag */
    uint64_t *root;
    uint32_t pid;
};

struct l1_set {
    uint64_t tag[L1_WAYS];
    uint32_t frame[L1_WAYS];
};
struct l2_set {
    uint64_t tag[L2_WAYS];
    uint32_t frame[L2_WAYS];
};
struct tlb_counters {
    uint64_t hits, misses, fills, evictions, invalidations;
};

struct frame {
    pte *entry; /* the PTE that maps it */
    uint64_t tag;
    uint32_t process, slot;
};
struct link {
    uint32_t older, newer;
};
enum { REF = 1, DIRTY = 2, OWNS_SLOT = 4 };

static struct {
    uint64_t frames, swap_slots, ref_on_load;
    uint64_t tlb_ns, stlb_ns, memory_ns, fault_ns, zero_ns, swap_read_ns, swap_write_ns, swap_channels, write_queue;
} config = {
    .frames = 16384, .swap_slots = 65536, .ref_on_load = 1,
    .tlb_ns = 1, .stlb_ns = 7, .memory_ns = 100, .fault_ns = 1000, .zero_ns = 250,
    .swap_read_ns = 100000, .swap_write_ns = 100000, .swap_channels = 1, .write_queue = 32,
};

static struct process processes[MAX_PROCESSES];
static uint32_t process_count;
static uint32_t *slot_of_pid; /* process slot + 1 */

static struct l1_set l1[L1_SETS];
static struct l2_set l2[L2_SETS];
static struct tlb_counters l1_counters, l2_counters;

static struct frame *frames;
static uint8_t *flags;
static struct link *links; /* LRU: a ring of frames, links[frames].older is the most recent, .newer the least */
static uint32_t frames_used, clock_hand, clean_hand;

static uint64_t *slot_bitmap;
static uint64_t *write_done; /* by slot: when its write is finished */
static uint64_t slots_used, slots_peak, slot_hand;

static uint64_t channel_free[MAX_CHANNELS];
static uint64_t queue_done[MAX_QUEUE];
static uint32_t queue_head, queue_length;

static uint64_t touches, other_ns; /* the clock is touches * (tlb_ns + memory_ns) + other_ns */
static uint64_t policy_steps, context_switches, resident, resident_peak;
