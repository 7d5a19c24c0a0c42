/**
 * Explains one access of a trace: where its page was looked for, what the fault was, who had to go for it, what happened to the page
 * before, and whether a better policy or more memory would have spared the fault. The trace is read several times: to find the fault,
 * to come to the access, to see what follows, and for the comparisons with other machines.
 */
import { startCore } from '../../machine/create.ts';
import { foreseen } from '../../machine/run.ts';
import { OPS, type Op, type Pid } from '../../machine/types.ts';
import { FOLDED, OP_MASK, PID_SHIFT } from '../../trace/record.ts';
import { NoSuchAccessError } from './errors.ts';
import { lookAhead } from './future.ts';
import { Lab, type LabOptions, machineFacts } from './lab.ts';
import { locate } from './locate.ts';
import { Past } from './past.ts';
import { playTo } from './play.ts';
import { addressOf, type Single, touchesOf, wordsOf } from './records.ts';
import { explainTouch, type Player, see } from './touch.ts';
import type { Explanation, Target } from './types.ts';

/** Touches of one access that are explained. */
const MOST_TOUCHES = 4;

/**
 * @throws RangeError if the target is no count; NoSuchAccessError if the trace or the run ends before it; ConfigError, TraceError and
 * MismatchError as a run does.
 */
export async function explain(options: LabOptions, target: Target): Promise<Explanation> {
  const number = 'at' in target ? target.at : target.fault;
  if (!Number.isSafeInteger(number) || number < 1) throw new RangeError(`${number}: expected a whole number from 1 on`);
  const lab = await Lab.of(options);
  const { access, touch } = 'at' in target ? { access: target.at, touch: null } : await locate(lab, target.fault);
  const { name, player, single } = await playUpTo(lab, access);
  const touches = touchesOf(single, lab.config.page_size);
  const last = touch ?? Math.min(touches.length, MOST_TOUCHES) - 1;
  const all = touches.slice(0, last + 1).map((each, place) => see(player, each, { access, touch: place }));
  const again = await lab.open();
  const attendant = lab.attendant('looking at what follows', again);
  const future = await lookAhead(again, access, player.past.ids, lab.config.page_size, attendant);
  const explained = [];
  for (const seen of touch === null ? all : all.slice(touch)) explained.push(await explainTouch(lab, seen, future));
  const [, , extent = 0, meta = 0] = wordsOf(single.record);
  return {
    trace: name,
    access,
    accesses: future.accesses,
    operations: player.past.operations,
    pid: (meta >>> PID_SHIFT) as Pid,
    op: OPS[meta & OP_MASK] as Op,
    address: addressOf(wordsOf(single.record)),
    size: (meta & FOLDED) !== 0 ? null : extent,
    pages: touches.length,
    touches: explained,
    machine: machineFacts(lab.config),
  };
}

/** The machine as it is before an access, and that access. */
async function playUpTo(lab: Lab, access: number): Promise<{ name: string; player: Player; single: Single }> {
  const { config } = lab;
  const source = await lab.open();
  const known = foreseen(source, config.policy, config.page_size);
  const player = { core: await startCore(config, lab.module), past: new Past(config) };
  const single = await playTo(known, [player], access, { attendant: lab.attendant('playing up to the access', known) });
  const { name } = source;
  if (single) return { name, player, single };
  throw new NoSuchAccessError(`no access ${access}: ${name} has ${player.past.accesses} accesses`);
}
