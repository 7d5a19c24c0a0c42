/* The radix page table: inner nodes are made when a page below them is first mapped. */
#pragma once
#include <stdlib.h>
#include <string.h>
#include "state.h"

static uint64_t *new_node(struct process *p) {
    static uint64_t *pool;
    static size_t left;
    if (left == 0) {
        left = 256;
        pool = aligned_alloc(4096, left * NODE_ENTRIES * sizeof(uint64_t));
        memset(pool, 0, left * NODE_ENTRIES * sizeof(uint64_t));
    }
    uint64_t *node = pool;
    pool += NODE_ENTRIES;
    left--;
    p->nodes++;
    return node;
}

INLINE unsigned index_of(uint64_t vpn, int level) {
    return vpn >> (INDEX_BITS * (LEVELS - 1 - level)) & (NODE_ENTRIES - 1);
}

COLD pte *make_path(struct process *p, uint64_t vpn) {
    uint64_t *node = p->root;
    for (int level = 0; level < LEVELS - 1; level++) {
        uint64_t *entry = &node[index_of(vpn, level)];
        if (!*entry) *entry = (uintptr_t)new_node(p);
        node = (uint64_t *)*entry;
    }
    return &node[index_of(vpn, LEVELS - 1)];
}

/* The PTE of a page, or NULL where an inner level is absent; *refs = entries read. */
INLINE pte *walk(struct process *p, uint64_t vpn, int *refs) {
    uint64_t *node = p->root;
    for (int level = 0; level < LEVELS - 1; level++) {
        node = (uint64_t *)node[index_of(vpn, level)];
        if (!node) {
            *refs = level + 1;
            return NULL;
        }
    }
    *refs = LEVELS;
    return &node[index_of(vpn, LEVELS - 1)];
}
