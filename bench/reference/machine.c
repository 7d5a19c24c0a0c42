/*
 * The machine of the benchmark, written by hand in C: what the engine in WebAssembly is measured against.
 *
 *   64-entry 4-way L1 TLB and 1536-entry 12-way second level, LRU; a 4-level radix table of 512-entry nodes; CLOCK or LRU over the
 *   frames; swap slots taken next-fit, dirty pages written back through a queue to a device; counters per process.
 *
 * Shapes are compile-time constants and each policy gets its own copy of the loop, as one would write it for this one machine. The ways
 * of a TLB set stand in order of recency, so that LRU needs no stamps. Same records in, same counters out as the engine, to the last
 * digit; ../test/reference.test.ts asserts it.
 *
 *   gcc -O3 -march=native machine.c -o machine && ./machine RECORDS policy=clock frames=32768 swap_slots=65536 [NAME=VALUE …]
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "reclaim.h"
#include "report.h"
#include "table.h"

/* Both TLBs missed: walks, serves the fault if there is one. Returns the frame, or NONE for an access that fails. */
INLINE uint32_t translate(enum policy policy, struct process *p, uint64_t vpn, uint64_t tag) {
    int refs;
    pte *entry = walk(p, vpn, &refs);
    if (entry && (*entry & PRESENT)) {
        uint32_t f = *entry >> TARGET_SHIFT;
        p->walk_refs += LEVELS;
        other_ns += LEVELS * config.memory_ns;
        on_hit(policy, f);
        return f;
    }
    other_ns += config.fault_ns;
    uint32_t f = take_frame(policy, p);
    if (f == NONE) {
        p->oom_failures++;
        p->walk_refs += refs;
        other_ns += refs * config.memory_ns - config.fault_ns;
        return NONE;
    }
    if (!entry) entry = make_path(p, vpn);
    struct frame *frame = &frames[f];
    flags[f] = policy == CLOCK && config.ref_on_load ? REF : 0;
    if (*entry & SWAPPED) {
        frame->slot = *entry >> TARGET_SHIFT;
        flags[f] |= OWNS_SLOT;
        await_read(p, frame->slot);
        p->swap_in_faults++;
        p->swapped--;
    } else {
        frame->slot = NONE;
        p->demand_zero_faults++;
        other_ns += config.zero_ns;
    }
    p->walk_refs += LEVELS;
    other_ns += LEVELS * config.memory_ns;
    *entry = (uint64_t)f << TARGET_SHIFT | PRESENT;
    frame->entry = entry;
    frame->tag = tag;
    frame->process = p - processes;
    if (++p->resident > p->resident_peak) p->resident_peak = p->resident;
    if (policy == LRU) link_newest(f);
    return f;
}

/* Touches a page once; returns its frame, or NONE if that failed. */
INLINE uint32_t touch(enum policy policy, struct process *p, uint64_t page, bool write) {
    touches++;
    if ((int64_t)(page << PAGE_SHIFT) >> (VA_BITS - 1) != -(int64_t)((page << PAGE_SHIFT) >> 63)) {
        p->segfaults++;
        return NONE;
    }
    uint64_t vpn = page & ((1ull << (VA_BITS - PAGE_SHIFT)) - 1), tag = vpn | p->tag;
    struct l1_set *set1 = &l1[vpn % L1_SETS];
    int way = find(set1->tag, L1_WAYS, tag);
    uint32_t f;
    if (way >= 0) {
        l1_counters.hits++;
        p->tlb_hits++;
        f = set1->frame[way];
        to_front(set1->tag, set1->frame, way, tag, f);
        on_hit(policy, f);
    } else {
        l1_counters.misses++;
        other_ns += config.stlb_ns;
        struct l2_set *set2 = &l2[vpn % L2_SETS];
        way = find(set2->tag, L2_WAYS, tag);
        if (way >= 0) {
            l2_counters.hits++;
            p->tlb_hits++;
            f = set2->frame[way];
            to_front(set2->tag, set2->frame, way, tag, f);
            on_hit(policy, f);
        } else {
            l2_counters.misses++;
            p->tlb_misses++;
            f = translate(policy, p, vpn, tag);
            if (f == NONE) return NONE;
            fill(set2->tag, set2->frame, L2_WAYS, &l2_counters, tag, f);
        }
        fill(set1->tag, set1->frame, L1_WAYS, &l1_counters, tag, f);
    }
    if (write && !(flags[f] & DIRTY)) make_dirty(f);
    return f;
}

static struct process *process_of(uint32_t pid) {
    if (!slot_of_pid[pid]) {
        if (process_count == MAX_PROCESSES) {
            fprintf(stderr, "machine: more than %d processes\n", MAX_PROCESSES);
            exit(1);
        }
        struct process *p = &processes[process_count];
        p->pid = pid;
        p->tag = (uint64_t)process_count << 49;
        p->root = new_node(p);
        slot_of_pid[pid] = ++process_count;
    }
    return &processes[slot_of_pid[pid] - 1];
}

/* An access to the page that was touched last is a hit in way 0 and changes no order: it only counts, and may dirty the page. */
INLINE void run(enum policy policy, const struct record *records, size_t count) {
    struct process *p = NULL;
    uint64_t last_page = 0;
    uint32_t last_frame = NONE;
    for (size_t i = 0; i < count; i++) {
        uint64_t address = records[i].address;
        uint32_t extent = records[i].extent, meta = records[i].meta;
        uint32_t op = meta & OP_MASK, pid = meta >> PID_SHIFT;
        bool folded = meta & FOLDED, write = op == WRITE;
        if (!p || pid != p->pid) {
            if (p) context_switches++;
            p = process_of(pid);
            last_frame = NONE;
        }
        uint64_t repeats = folded ? extent : 1;
        uint64_t page = address >> PAGE_SHIFT;
        p->ops[op] += repeats;
        uint64_t last_byte = folded ? address : address + extent - 1;
        if (page == last_page && last_frame != NONE && last_byte >> PAGE_SHIFT == page) {
            touches += repeats;
            p->tlb_hits += repeats;
            l1_counters.hits += repeats;
            if (policy == CLOCK) flags[last_frame] |= REF;
            if (write && !(flags[last_frame] & DIRTY)) make_dirty(last_frame);
            continue;
        }
        if (last_byte < address) { /* past 2^64 */
            touches++;
            p->segfaults++;
            continue;
        }
        for (last_page = page; last_page < last_byte >> PAGE_SHIFT; last_page++) touch(policy, p, last_page, write);
        last_frame = touch(policy, p, last_page, write);
        for (; --repeats && last_frame == NONE;) last_frame = touch(policy, p, last_page, write);
        if (repeats) {
            touches += repeats;
            p->tlb_hits += repeats;
            l1_counters.hits += repeats;
            if (policy == CLOCK) flags[last_frame] |= REF;
        }
    }
}

COLD void run_clock(const struct record *records, size_t count) { run(CLOCK, records, count); }
COLD void run_lru(const struct record *records, size_t count) { run(LRU, records, count); }

static void *array(size_t count, size_t size, int byte) {
    void *memory = malloc(count * size);
    if (!memory) {
        fprintf(stderr, "machine: out of memory\n");
        exit(1);
    }
    return memset(memory, byte, count * size);
}

static const struct record *read_records(const char *path, size_t *count) {
    struct stat status;
    int file = open(path, O_RDONLY);
    if (file < 0 || fstat(file, &status) < 0) {
        perror(path);
        exit(1);
    }
    char *bytes = array(status.st_size, 1, 0);
    for (off_t at = 0; at < status.st_size;) {
        ssize_t got = read(file, bytes + at, status.st_size - at);
        if (got <= 0) {
            perror(path);
            exit(1);
        }
        at += got;
    }
    close(file);
    *count = status.st_size / sizeof(struct record);
    return (const struct record *)bytes;
}

static enum policy read_options(int count, char **words) {
    const struct {
        const char *name;
        uint64_t *value;
    } options[] = {
        {"frames", &config.frames},           {"swap_slots", &config.swap_slots},       {"ref_on_load", &config.ref_on_load},
        {"tlb_ns", &config.tlb_ns},           {"stlb_ns", &config.stlb_ns},             {"memory_ns", &config.memory_ns},
        {"fault_ns", &config.fault_ns},       {"zero_ns", &config.zero_ns},             {"swap_read_ns", &config.swap_read_ns},
        {"swap_write_ns", &config.swap_write_ns}, {"swap_channels", &config.swap_channels}, {"write_queue", &config.write_queue},
    };
    enum policy policy = CLOCK;
    for (int i = 0; i < count; i++) {
        char *equals = strchr(words[i], '=');
        size_t length = equals ? (size_t)(equals - words[i]) : 0, row = 0;
        if (!strcmp(words[i], "policy=lru") || !strcmp(words[i], "policy=clock")) {
            policy = words[i][7] == 'l' ? LRU : CLOCK;
            continue;
        }
        while (row < sizeof options / sizeof *options &&
               (strlen(options[row].name) != length || memcmp(options[row].name, words[i], length)))
            row++;
        if (row == sizeof options / sizeof *options) {
            fprintf(stderr, "machine: what is '%s'?\n", words[i]);
            exit(2);
        }
        *options[row].value = strtoull(equals + 1, NULL, 10);
    }
    return policy;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: machine RECORDS [policy=clock|lru] [frames=N] [swap_slots=N] [NAME=VALUE …]\n");
        return 2;
    }
    enum policy policy = read_options(argc - 2, argv + 2);
    size_t count;
    const struct record *records = read_records(argv[1], &count);
    memset(l1, 0xff, sizeof l1);
    memset(l2, 0xff, sizeof l2);
    slot_of_pid = calloc(MAX_PID + 1, sizeof *slot_of_pid);
    frames = array(config.frames, sizeof *frames, 0);
    flags = array(config.frames, sizeof *flags, 0);
    links = array(config.frames + 1, sizeof *links, 0);
    links[config.frames] = (struct link){config.frames, config.frames};
    slot_bitmap = array((config.swap_slots + 63) / 64 + 1, 8, 0);
    if (config.swap_slots % 64) slot_bitmap[config.swap_slots / 64] = ~0ull << config.swap_slots % 64;
    write_done = array(config.swap_slots, 8, 0);

    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (policy == CLOCK) run_clock(records, count);
    else run_lru(records, count);
    clock_gettime(CLOCK_MONOTONIC, &end);
    print_result((end.tv_sec - start.tv_sec) + (end.tv_nsec - start.tv_nsec) * 1e-9);
    return 0;
}
