/* The counters as JSON, under the names that the catalog of the engine gives them. */
#pragma once
#include <stdio.h>
#include "swap.h"

static void print_process(const struct process *p) {
    uint64_t accesses = p->ops[READ] + p->ops[WRITE] + p->ops[IFETCH];
    uint64_t faults = p->demand_zero_faults + p->swap_in_faults;
#define ROW(name, value) printf("\"" name "\":%llu,", (unsigned long long)(value))
    ROW("accesses", accesses);
    ROW("reads", p->ops[READ]);
    ROW("writes", p->ops[WRITE]);
    ROW("ifetches", p->ops[IFETCH]);
    ROW("touches", p->tlb_hits + p->tlb_misses + p->segfaults);
    ROW("tlb_hits", p->tlb_hits);
    ROW("tlb_misses", p->tlb_misses);
    ROW("walk_refs", p->walk_refs);
    ROW("pwc_hits", 0);
    ROW("page_faults", faults);
    ROW("minor_faults", p->demand_zero_faults);
    ROW("major_faults", p->swap_in_faults);
    ROW("demand_zero_faults", p->demand_zero_faults);
    ROW("swap_in_faults", p->swap_in_faults);
    ROW("segfaults", p->segfaults);
    ROW("oom_failures", p->oom_failures);
    ROW("evictions", p->clean_evictions + p->dirty_evictions);
    ROW("clean_evictions", p->clean_evictions);
    ROW("dirty_evictions", p->dirty_evictions);
    ROW("clean_fallbacks", p->clean_fallbacks);
    ROW("swap_ins", p->swap_in_faults);
    ROW("swap_outs", p->dirty_evictions);
    ROW("swap_read_wait_ns", p->swap_read_wait_ns);
    ROW("swap_write_wait_ns", p->swap_write_wait_ns);
    ROW("resident_pages", p->resident);
    ROW("resident_peak", p->resident_peak);
    ROW("swapped_pages", p->swapped);
    ROW("table_bytes", p->nodes * NODE_ENTRIES * sizeof(pte));
    ROW("table_nodes", p->nodes);
}

static void print_tlb(const char *name, const struct tlb_counters *c) {
    printf("\"%s\":{\"hits\":%llu,\"misses\":%llu,\"fills\":%llu,\"evictions\":%llu,\"invalidations\":%llu},", name,
           (unsigned long long)c->hits, (unsigned long long)c->misses, (unsigned long long)c->fills,
           (unsigned long long)c->evictions, (unsigned long long)c->invalidations);
}

static void print_result(double seconds) {
    struct process whole = {0};
    for (uint32_t i = 0; i < process_count; i++) {
        uint64_t *sum = (uint64_t *)&whole, *part = (uint64_t *)&processes[i];
        for (size_t word = 0; word < offsetof(struct process, tag) / sizeof *sum; word++) sum[word] += part[word];
    }
    whole.resident_peak = resident_peak;
    printf("{\"counters\":{");
    print_process(&whole);
    ROW("context_switches", context_switches);
    ROW("tlb_invalidations", l1_counters.invalidations + l2_counters.invalidations);
    ROW("tlb_flushes", 0);
    ROW("policy_steps", policy_steps);
    ROW("swap_slots_used", slots_used);
    ROW("swap_slots_peak", slots_peak);
    printf("\"verified_reads\":0},\"processes\":[");
    for (uint32_t i = 0; i < process_count; i++) {
        printf("%s{", i ? "," : "");
        print_process(&processes[i]);
        printf("\"pid\":%u}", processes[i].pid);
    }
    printf("],\"tlbs\":{");
    print_tlb("tlb", &l1_counters);
    print_tlb("stlb", &l2_counters);
    printf("\"levels\":2},\"clock_ns\":%llu,\"seconds\":%.6f}\n", (unsigned long long)now(), seconds);
}
