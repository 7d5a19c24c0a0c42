/**
 * The machines of a comparison spread over worker threads. The thread that reads the trace puts it into a ring in shared memory, from which every
 * worker plays it on its machines.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { CellOutcome, CellPlan, Feed } from '../../lab/compare/cell.ts';
import { type Execution, type Executor, sequential } from '../../lab/compare/executor.ts';
import { type RingMemory, RingWriter, ringMemory } from '../../lab/compare/ring.ts';
import { MachineError } from '../../machine/errors.ts';
import { type OwnPolicy, type OwnPolicyFacts, ownPolicyOf } from '../../machine/own/own-policy.ts';
import type { ObjectNames } from '../../trace/operations/names.ts';

/** What a worker is told when it starts. */
export interface Task {
  readonly memory: RingMemory;
  /** Its place among the readers of the ring. */
  readonly reader: number;
  readonly plans: readonly CellPlan[];
  /** Policies that somebody brought along, which the plans may name. */
  readonly own: readonly OwnPolicyFacts[];
}

/**
 * `jobs` threads, by default one per core; with one, everything is done in the calling thread. `script`: the URL of the worker, where a bundle has it
 * elsewhere.
 */
export function parallel(jobs: number = availableParallelism(), script: string = WORKER): Executor {
  return {
    async start(plans, withNextUses) {
      const own = ownPolicies(plans);
      // A policy that is JavaScript runs where its functions are.
      const workers = own.some(({ script }) => script !== null) ? 1 : Math.min(jobs, plans.length);
      return workers <= 1 ? sequential.start(plans, withNextUses) : new Team(plans, workers, withNextUses, own, script);
    },
  };
}

function ownPolicies(plans: readonly CellPlan[]): OwnPolicy[] {
  const policies = plans.map(({ policy }) => ownPolicyOf(policy)).filter((policy) => policy !== null);
  return [...new Set(policies)];
}

const WORKER = import.meta.resolve('pagewalk/compare-worker.js');

class Team implements Execution {
  private readonly ring: RingWriter;
  private readonly members: Member[];
  private readonly plans: number;
  /** Settled when a worker dies. */
  private readonly death: Promise<never>;
  private named = 0;

  constructor(
    plans: readonly CellPlan[],
    workers: number,
    withNextUses: boolean,
    own: readonly OwnPolicy[],
    script: string,
  ) {
    const memory = ringMemory(workers, withNextUses);
    this.ring = new RingWriter(memory);
    this.plans = plans.length;
    this.members = Array.from({ length: workers }, (_, reader) => {
      const places = plans.flatMap((_plan, place) => (workerOf(place, workers) === reader ? [place] : []));
      const task = {
        memory,
        reader,
        plans: places.map((place) => plans[place] as CellPlan),
        own: own.map(({ facts }) => facts),
      };
      return new Member(task, places, script);
    });
    this.death = Promise.race(this.members.map(({ outcomes }) => outcomes.then(() => new Promise<never>(() => {}))));
    // Whoever waits gets it; until then it is nobody's.
    this.death.catch(() => {});
  }

  get alive(): boolean {
    return this.ring.failed < this.plans;
  }

  async feed(feed: Feed, names: ObjectNames | undefined): Promise<void> {
    this.tell(names);
    for (let room = this.ring.room(); room !== true; room = this.ring.room()) await Promise.race([room, this.death]);
    this.ring.write(feed);
  }

  async finish(): Promise<CellOutcome[]> {
    this.ring.end();
    const all: CellOutcome[] = [];
    for (const { outcomes, places } of this.members) {
      for (const [at, outcome] of (await Promise.race([outcomes, this.death])).entries())
        all[places[at] as number] = outcome;
    }
    return all;
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map((member) => member.end()));
  }

  /** New names reach the workers before the chunk that mentions them. */
  private tell(names: ObjectNames | undefined): void {
    if (!names || names.size === this.named) return;
    const fresh = [...names].slice(this.named);
    this.named = names.size;
    for (const member of this.members) member.tell(fresh);
  }
}

/**
 * Forth and back over the workers: neighbouring machines are alike in policy or in memory and take about as long, so that each worker gets its
 * share of the slow ones.
 */
function workerOf(place: number, workers: number): number {
  const step = place % (2 * workers);
  return step < workers ? step : 2 * workers - 1 - step;
}

class Member {
  readonly outcomes: Promise<CellOutcome[]>;
  /** Of its machines in the comparison. */
  readonly places: readonly number[];
  private readonly worker: Worker;

  constructor(task: Task, places: readonly number[], script: string) {
    this.places = places;
    // The sources of the packages belong together: where this thread runs them, the worker must too.
    const execArgv = script.endsWith('.ts') ? ['--conditions=source', '--disable-warning=ExperimentalWarning'] : [];
    this.worker = new Worker(new URL(script), { workerData: task, execArgv, name: 'compare' });
    this.outcomes = new Promise((resolve, reject) => {
      this.worker.once('message', resolve);
      this.worker.once('error', (error: Error) => reject(died(error.message)));
      this.worker.once('exit', (code) => reject(died(`exit code ${code}`)));
    });
    this.outcomes.catch(() => {});
  }

  tell(names: readonly string[]): void {
    this.worker.postMessage(names);
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}

const died = (reason: string): MachineError => new MachineError(`a worker of the comparison died: ${reason}`);
