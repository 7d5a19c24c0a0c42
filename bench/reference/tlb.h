/* A TLB set: its ways stand in order of recency, most recent first, invalid ones last. */
#pragma once
#include "state.h"

INLINE void to_front(uint64_t *tags, uint32_t *values, int way, uint64_t tag, uint32_t value) {
    for (int i = way; i > 0; i--) {
        tags[i] = tags[i - 1];
        values[i] = values[i - 1];
    }
    tags[0] = tag;
    values[0] = value;
}

INLINE int find(const uint64_t *tags, int ways, uint64_t tag) {
    for (int way = 0; way < ways; way++)
        if (tags[way] == tag) return way;
    return -1;
}

INLINE void fill(uint64_t *tags, uint32_t *values, int ways, struct tlb_counters *counters, uint64_t tag, uint32_t value) {
    counters->fills++;
    counters->evictions += tags[ways - 1] != INVALID;
    to_front(tags, values, ways - 1, tag, value);
}

INLINE void invalidate(uint64_t *tags, uint32_t *values, int ways, struct tlb_counters *counters, uint64_t tag) {
    int way = find(tags, ways, tag);
    if (way < 0) return;
    counters->invalidations++;
    for (; way < ways - 1; way++) {
        tags[way] = tags[way + 1];
        values[way] = values[way + 1];
    }
    tags[ways - 1] = INVALID;
}
