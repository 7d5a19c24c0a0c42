/* Swap slots and the device behind them: reads are waited for, writes are posted to a bounded queue. */
#pragma once
#include "state.h"

static uint64_t now(void) { return touches * (config.tlb_ns + config.memory_ns) + other_ns; }

/* Next-fit: the first free slot after the last one taken. The caller knows that there is one. */
static uint32_t take_slot(void) {
    uint64_t words = (config.swap_slots + 63) / 64, word = slot_hand / 64;
    uint64_t free = ~slot_bitmap[word] & (~0ull << slot_hand % 64);
    while (!free) {
        word = word + 1 == words ? 0 : word + 1;
        free = ~slot_bitmap[word];
    }
    uint64_t slot = word * 64 + __builtin_ctzll(free);
    slot_bitmap[word] |= 1ull << slot % 64;
    slot_hand = slot + 1 == config.swap_slots ? 0 : slot + 1;
    if (++slots_used > slots_peak) slots_peak = slots_used;
    return slot;
}

static void free_slot(uint32_t slot) {
    slot_bitmap[slot / 64] &= ~(1ull << slot % 64);
    slots_used--;
}

/* When a request that may start at `earliest` is finished: it goes to the channel that is free first. */
static uint64_t serve(uint64_t earliest, uint64_t service_ns) {
    unsigned first = 0;
    for (unsigned i = 1; i < config.swap_channels; i++)
        if (channel_free[i] < channel_free[first]) first = i;
    uint64_t start = channel_free[first] > earliest ? channel_free[first] : earliest;
    return channel_free[first] = start + service_ns;
}

static void post_write(struct process *p, uint32_t slot) {
    uint64_t time = now();
    while (queue_length && queue_done[queue_head] <= time) {
        queue_head = (queue_head + 1) % MAX_QUEUE;
        queue_length--;
    }
    if (queue_length == config.write_queue) {
        uint64_t wait = queue_done[queue_head] - time;
        p->swap_write_wait_ns += wait;
        other_ns += wait;
        time += wait;
        queue_head = (queue_head + 1) % MAX_QUEUE;
        queue_length--;
    }
    uint64_t done = serve(time, config.swap_write_ns);
    queue_done[(queue_head + queue_length++) % MAX_QUEUE] = done;
    write_done[slot] = done;
}

static void await_read(struct process *p, uint32_t slot) {
    uint64_t time = now();
    uint64_t done = serve(write_done[slot] > time ? write_done[slot] : time, config.swap_read_ns);
    p->swap_read_wait_ns += done - time;
    other_ns += done - time;
}
