/* CLOCK and LRU over the frames, and the way of a page out of memory. */
#pragma once
#include "swap.h"
#include "tlb.h"

INLINE void unlink_frame(uint32_t f) {
    links[links[f].older].newer = links[f].newer;
    links[links[f].newer].older = links[f].older;
}

/* The ring runs from the sentinel to newer and newer frames: sentinel.newer is the least recent, sentinel.older the most recent. */
INLINE void link_newest(uint32_t f) {
    uint32_t sentinel = config.frames, newest = links[sentinel].older;
    links[f] = (struct link){.older = newest, .newer = sentinel};
    links[newest].newer = f;
    links[sentinel].older = f;
}

INLINE void on_hit(enum policy policy, uint32_t f) {
    if (policy == CLOCK) {
        flags[f] |= REF;
    } else if (links[config.frames].older != f) {
        unlink_frame(f);
        link_newest(f);
    }
}

INLINE uint32_t choose_victim(enum policy policy) {
    if (policy == LRU) {
        policy_steps++;
        return links[config.frames].newer;
    }
    uint32_t hand = clock_hand, steps = 1;
    while (flags[hand] & REF) {
        flags[hand] &= ~REF;
        hand = hand + 1 == config.frames ? 0 : hand + 1;
        steps++;
    }
    policy_steps += steps;
    clock_hand = hand + 1 == config.frames ? 0 : hand + 1;
    return hand;
}

/* Swap is full and the victim dirty: the first clean frame at or after a hand of its own. */
COLD uint32_t clean_victim(void) {
    for (uint32_t i = 0, f = clean_hand; i < config.frames; i++) {
        uint32_t next = f + 1 == config.frames ? 0 : f + 1;
        if (!(flags[f] & DIRTY)) {
            clean_hand = next;
            return f;
        }
        f = next;
    }
    return NONE;
}

/* Takes the page from a frame; the process that needed the frame pays. */
INLINE void evict(enum policy policy, struct process *p, uint32_t f) {
    struct frame *frame = &frames[f];
    struct process *owner = &processes[frame->process];
    if (policy == LRU) unlink_frame(f);
    uint32_t slot = frame->slot;
    if (flags[f] & DIRTY) {
        slot = take_slot();
        p->dirty_evictions++;
        post_write(p, slot);
    } else {
        p->clean_evictions++;
    }
    if (slot != NONE) {
        *frame->entry = (uint64_t)slot << TARGET_SHIFT | SWAPPED;
        owner->swapped++;
    } else {
        *frame->entry = 0;
    }
    owner->resident--;
    struct l1_set *set1 = &l1[frame->tag % L1_SETS];
    struct l2_set *set2 = &l2[frame->tag % L2_SETS];
    invalidate(set1->tag, set1->frame, L1_WAYS, &l1_counters, frame->tag);
    invalidate(set2->tag, set2->frame, L2_WAYS, &l2_counters, frame->tag);
}

/* A frame to fill, or NONE where memory and swap are full. */
INLINE uint32_t take_frame(enum policy policy, struct process *p) {
    if (frames_used < config.frames) {
        if (++resident > resident_peak) resident_peak = resident;
        return frames_used++;
    }
    uint32_t f = choose_victim(policy);
    if ((flags[f] & DIRTY) && slots_used == config.swap_slots) {
        f = clean_victim();
        if (f == NONE) return NONE;
        p->clean_fallbacks++;
    }
    evict(policy, p, f);
    return f;
}

COLD void free_slot_of(uint32_t f) {
    free_slot(frames[f].slot);
    frames[f].slot = NONE;
    flags[f] &= ~OWNS_SLOT;
}

INLINE void make_dirty(uint32_t f) {
    if (flags[f] & OWNS_SLOT) free_slot_of(f);
    flags[f] |= DIRTY;
}
