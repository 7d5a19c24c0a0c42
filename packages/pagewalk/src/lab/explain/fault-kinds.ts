/** Kinds of faults by what they say about memory. */
import { FAULTS } from '@pagewalk/engine/catalog';
import type { FaultName } from '../../machine/events.ts';

/** The page was in memory and mapped: only its entry did not allow what was asked for. */
const PRESENT: readonly FaultName[] = ['cow_copy', 'cow_reuse', 'write_notify', 'hint'];
const MAJOR: readonly FaultName[] = ['swap_in', 'file_read'];

export const isPresent = (fault: FaultName): boolean => PRESENT.includes(fault);
export const isMajor = (fault: FaultName): boolean => MAJOR.includes(fault);

/** By place in FAULTS, as event records have it. */
export const PRESENT_PLACES: readonly boolean[] = FAULTS.map(({ name }) => isPresent(name));
