import { Column } from '../ds/column';
import { eventsOn } from '../event/event-ring';
import { Placement } from '../frame/placement';
import { CFG_CPUS, CFG_NODES } from '../gen/config';
import { C_OPERATIONS } from '../gen/counters';
import { EV_OPERATION } from '../gen/events';
import {
  MODE_LOCAL,
  MODE_WEIGHTED,
  OPERATION_BRK,
  OPERATION_COUNT,
  OPERATION_EXIT,
  OPERATION_FORK,
  OPERATION_FTRUNCATE,
  OPERATION_MADVISE,
  OPERATION_MBIND,
  OPERATION_MLOCK,
  OPERATION_MMAP,
  OPERATION_MPROTECT,
  OPERATION_MREMAP,
  OPERATION_MSYNC,
  OPERATION_MUNLOCK,
  OPERATION_MUNMAP,
  OPERATION_SCHED,
  OPERATION_SET_MEMPOLICY,
  OPERATION_SHM_ATTACH,
  OPERATION_SHM_CREATE,
  OPERATION_SHM_DETACH,
  OPERATION_SHM_REMOVE,
  OPERROR_BAD_ARGUMENT,
  OPERROR_NO_SUCH_CPU,
  OPERROR_NO_SUCH_NODE,
  OPERROR_NONE,
  OPERROR_OUT_OF_MEMORY,
} from '../gen/operations';
import { Asid } from '../types';
import { AdviceCalls } from './advice-calls';
import { Call, MOST_WORDS } from './call';
import { Kernel } from './kernel';
import { Lifecycle } from './lifecycle';
import { MemoryCalls } from './memory-calls';
import { ObjectCalls } from './object-calls';
import { Region } from './regions';

/** Does the operations of a trace. Each is refused as a whole, before anything is changed, or done. */
export class Operations {
  call: Call;
  private kernel: Kernel;
  private memory: MemoryCalls;
  private advice: AdviceCalls;
  private objects: ObjectCalls;
  private lifecycle: Lifecycle;
  private placement: Placement;
  private cpus: u64;
  private nodes: u64;
  /** Operands that came so far, and how many. */
  private operands: u32 = 0;
  private taken: u32 = 0;

  constructor(
    config: Column<u64>,
    call: Call,
    kernel: Kernel,
    memory: MemoryCalls,
    advice: AdviceCalls,
    objects: ObjectCalls,
    lifecycle: Lifecycle,
    placement: Placement,
  ) {
    this.call = call;
    this.kernel = kernel;
    this.memory = memory;
    this.advice = advice;
    this.objects = objects;
    this.lifecycle = lifecycle;
    this.placement = placement;
    this.cpus = config.get(CFG_CPUS);
    this.nodes = config.get(CFG_NODES);
  }

  /** One more word for the operation to come; false if there are too many. */
  operand(word: u64): bool {
    if (this.operands + 1 == MOST_WORDS) return false;
    this.operands++;
    this.call.words.set(this.operands, word);
    return true;
  }

  /** Takes the operands for the operation whose first word this is. */
  begin(word: u64): void {
    const call = this.call;
    call.words.set(0, word);
    for (let w = this.operands + 1; w < MOST_WORDS; w++) call.words.set(w, 0);
    this.taken = this.operands;
    this.operands = 0;
    call.error = OPERROR_NONE;
  }

  /** The operation begun is to begin again. */
  restore(): void {
    this.operands = this.taken;
  }

  /** Whether the operation can be done by a process (NONE: one that does not exist yet). Changes nothing. */
  isPossible(process: Asid, code: u32): bool {
    this.call.dry = true;
    return this.dispatch(process, code);
  }

  /** Does an operation that is possible; false if memory is full after all. `child` is the new process of a fork. */
  perform(process: Asid, code: u32, child: Asid): bool {
    const kernel = this.kernel;
    this.call.dry = false;
    kernel.process = process;
    kernel.cpu = kernel.cpus.cpuOf(process);
    const done = code == OPERATION_FORK ? this.fork(process, child) : this.dispatch(process, code);
    if (!done) return false;
    kernel.processes.inc(process, C_OPERATIONS);
    const word = this.call.word(0);
    if (eventsOn) kernel.events.emit(EV_OPERATION, 0, code, <u32>word, <u32>(word >> 32));
    return true;
  }

  private fork(parent: Asid, child: Asid): bool {
    if (!this.lifecycle.fork(parent, child)) return this.call.refuse(OPERROR_OUT_OF_MEMORY, 0, 0, 0);
    this.memory.inheritHeap(parent, child);
    return true;
  }

  private dispatch(process: Asid, code: u32): bool {
    if (code == OPERATION_MMAP) return this.memory.mmap(process);
    if (code == OPERATION_MUNMAP) return this.memory.munmap(process);
    if (code == OPERATION_MPROTECT) return this.memory.mprotect(process);
    if (code == OPERATION_MREMAP) return this.memory.mremap(process);
    if (code == OPERATION_BRK) return this.memory.brk(process);
    if (code == OPERATION_MADVISE) return this.advice.madvise(process);
    if (code == OPERATION_MLOCK) return this.advice.mlock(process);
    if (code == OPERATION_MUNLOCK) return this.advice.munlock(process);
    if (code == OPERATION_MSYNC) return this.advice.msync(process);
    if (code == OPERATION_SHM_CREATE) return this.objects.shmCreate();
    if (code == OPERATION_SHM_ATTACH) return this.objects.shmAttach(process);
    if (code == OPERATION_SHM_DETACH) return this.objects.shmDetach(process);
    if (code == OPERATION_SHM_REMOVE) return this.objects.shmRemove();
    if (code == OPERATION_FTRUNCATE) return this.objects.ftruncate();
    if (code == OPERATION_SCHED) return this.sched(process);
    if (code == OPERATION_MBIND) return this.mbind(process);
    if (code == OPERATION_SET_MEMPOLICY) return this.setMempolicy(process);
    if (code == OPERATION_EXIT) return this.exit(process);
    return code == OPERATION_FORK || this.call.refuse(OPERROR_BAD_ARGUMENT, 0, code, OPERATION_COUNT);
  }

  private exit(process: Asid): bool {
    if (!this.call.dry) this.lifecycle.exit(process);
    return true;
  }

  private sched(process: Asid): bool {
    const call = this.call;
    if (call.word(0) >= this.cpus) return call.refuse(OPERROR_NO_SUCH_CPU, call.word(0), this.cpus, 0);
    if (!call.dry) this.kernel.cpus.move(process, <u32>call.word(0));
    return true;
  }

  /** Words: address, length, mode, nodes. A policy of a shared memory object belongs to its mapping here. */
  private mbind(process: Asid): bool {
    const call = this.call;
    const mode = call.word(2);
    const mask = call.word(3);
    if (!call.range(call.word(0), call.word(1)) || !this.isPolicy(mode, mask, 3)) return false;
    if (!this.memory.isWhole(process, call.start, call.end) || !call.cover(process)) return false;
    if (call.dry) return true;
    for (let at = call.firstRegion(process); call.isIn(at); at = changetype<Region>(at).next) {
      const region = changetype<Region>(at);
      region.mode = <u32>mode;
      region.mask = mask;
    }
    return true;
  }

  private setMempolicy(process: Asid): bool {
    const call = this.call;
    if (!this.isPolicy(call.word(0), call.word(1), 1)) return false;
    if (!call.dry) this.placement.setProcess(process, <u32>call.word(0), call.word(1));
    return true;
  }

  private isPolicy(mode: u64, mask: u64, argument: u32): bool {
    const call = this.call;
    if (mode > MODE_WEIGHTED) return call.refuse(OPERROR_BAD_ARGUMENT, argument, mode, 0);
    const all = this.nodes == 64 ? u64.MAX_VALUE : ((<u64>1) << this.nodes) - 1;
    if ((mask & ~all) != 0) return call.refuse(OPERROR_NO_SUCH_NODE, ctz(mask & ~all), this.nodes, 0);
    const needsNodes = mode > MODE_LOCAL;
    return needsNodes == (mask != 0) || call.refuse(OPERROR_BAD_ARGUMENT, argument + 1, mask, 0);
  }
}
