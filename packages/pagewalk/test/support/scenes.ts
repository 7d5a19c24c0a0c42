/** Plays a scene with the model and with the engine; both must do what it says. */
import { expect } from 'vitest';
import { type MachineConfig, machine } from '../oracle/config.ts';
import type { SpaceConfig } from '../oracle/space/model.ts';
import { asWritten, played, type Subject } from './scene.ts';
import { spaceConfig } from './space-config.ts';
import { SpaceEngine } from './space-engine.ts';
import { engineSubject, modelSubject } from './subjects.ts';

const ROOM: Partial<MachineConfig> = { frames: 32, swapSlots: 32, verify: true, maxProcesses: 8 };

export function shows(scene: string, parts: Partial<MachineConfig> = {}): Subject[] {
  const config = machine({ ...ROOM, ...parts, words: { space: 1, ...parts.words } });
  const space: SpaceConfig = spaceConfig(config);
  const engine = new SpaceEngine(config);
  const subjects = { 'the model': modelSubject(space), 'the engine': engineSubject(engine) };
  for (const [who, subject] of Object.entries(subjects)) {
    expect(played(scene, subject, space.pageSize), who).toBe(asWritten(scene));
  }
  expect(engine.check()).toBe('none');
  return Object.values(subjects);
}
