/** Policies that are files, on the command line. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type RunResult, resultJsonSchema } from 'pagewalk/node';
import { describe, expect, it } from 'vitest';
import { namesOf, policyText } from '../src/new-policy/template.ts';
import { folder, here, listing } from './support/vmm.ts';

const EXAMPLE = fileURLToPath(new URL('../../../examples/policies/two-segments.ts', import.meta.url));
const SCRIPT = fileURLToPath(new URL('../../../examples/policies/second-chance.js', import.meta.url));
const HOSTILE = fileURLToPath(new URL('../../pagewalk/test/policy/files/hostile.ts', import.meta.url));

const TRACE = Array.from(
  { length: 60 },
  (_, i) => `1 ${i % 3 === 0 ? 'W' : 'R'} ${0x1000 * (1 + ((i * 7) % 11))}\n`,
).join('');

function withFiles(): string {
  const cwd = folder();
  writeFileSync(join(cwd, 'a.trace'), TRACE);
  cpSync(EXAMPLE, join(cwd, 'mine.ts'));
  cpSync(SCRIPT, join(cwd, 'mine.js'));
  cpSync(HOSTILE, join(cwd, 'hostile.ts'));
  return cwd;
}

const valid = new Ajv2020({ strict: false }).compile(resultJsonSchema());

describe('a policy that is a file', { timeout: 60_000 }, () => {
  it('runs, with parameters; the result names it and its hash', async () => {
    const cwd = withFiles();
    const { code, stdout, stderr } = await here(
      ['run', 'a.trace', '--frames', '5', '--policy', './mine.ts:protected=50', '--json'],
      cwd,
    );
    expect([code, stderr]).toEqual([0, '']);
    const result = JSON.parse(stdout) as RunResult;
    expect(valid(result), JSON.stringify(valid.errors)).toBe(true);
    expect(result.config.policy).toMatchObject({ id: 'two_segments', params: { protected: 50 } });
    expect(result.config.policy.origin).toMatch(/^sha256-[0-9a-f]{64}$/);
    expect(result.counters.evictions).toBeGreaterThan(0);
  });

  it('is told of in a summary, explained, and compared', async () => {
    const cwd = withFiles();
    const policy = ['--frames', '5', '--policy', 'mine.ts'];
    const summary = await here(['run', 'a.trace', ...policy, '--debug'], cwd);
    expect([summary.code, summary.stderr]).toEqual([0, '']);
    expect(summary.stdout).toContain('two_segments (protected=80)');
    const explained = await here(['explain', 'a.trace', '--fault', '8', ...policy], cwd);
    expect([explained.code, explained.stderr]).toEqual([0, '']);
    expect(explained.stdout).toContain('two_segments');
    const compared = await here(
      ['compare', 'a.trace', '--policies', 'lru,./mine.ts:protected=50,./mine.js', '--frames', '4'],
      cwd,
    );
    expect([compared.code, compared.stderr]).toEqual([0, '']);
    expect(compared.stdout).toContain('two_segments:protected=50');
    expect(compared.stdout).toContain('js_second_chance');
  });

  it('may be JavaScript', async () => {
    const cwd = withFiles();
    const { code, stdout } = await here(['run', 'a.trace', '--frames', '5', '--policy', './mine.js', '--json'], cwd);
    const clock = await here(['run', 'a.trace', '--frames', '5', '--policy', 'clock', '--json'], cwd);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as RunResult).counters).toEqual((JSON.parse(clock.stdout) as RunResult).counters);
  });

  it('is listed by vmm policies', async () => {
    const cwd = withFiles();
    const { stdout } = await here(['policies', './mine.ts'], cwd);
    expect(stdout).toContain('two_segments');
    expect(stdout).toMatch(/protected\s+80\s+1\.\.99/);
    const { stdout: json } = await here(['policies', './mine.js', '--json'], cwd);
    expect(JSON.parse(json)).toMatchObject({ id: 'js_second_chance', observes: 'ref-bit', file: './mine.js' });
  });
});

describe('a file that is no policy', () => {
  it.each([
    [['--policy', './none.ts'], '--policy ./none.ts: cannot be read (no such file)'],
    [['--policy', './a.trace/x.ts'], 'cannot be read'],
    [['--policy', './empty.ts'], './empty.ts: no row: write export const policy ='],
    [['--policy', './broken.ts'], './broken.ts:2:32: not a plain value'],
    [['--policy', './none.js'], '--policy ./none.js: exports no policy; write export const policy ='],
    [['--policy', './thrown.js'], '--policy ./thrown.js: at once'],
    [
      ['--policy', './mine.ts:protected=100'],
      '--policy two_segments:protected=100: protected=100 is out of range; give a whole number from 1 to 99',
    ],
    [['--policy', './mine.ts:window=3'], '--policy two_segments:window=3: no parameter'],
  ])('%s', async (flags, says) => {
    const cwd = withFiles();
    writeFileSync(join(cwd, 'empty.ts'), '');
    writeFileSync(join(cwd, 'broken.ts'), "export const policy = {\n  observes: 'ref-bit', params: x }");
    writeFileSync(join(cwd, 'none.js'), 'export const other = 1;');
    writeFileSync(join(cwd, 'thrown.js'), "throw new Error('at once');");
    const before = listing(cwd);
    const { code, stdout, stderr } = await here(['run', 'a.trace', ...flags, '-o', 'result.json'], cwd);
    expect(stderr).toContain(`vmm run: ${says.startsWith('-') ? says : ''}`);
    expect(stderr).toContain(says);
    expect([code, stdout]).toEqual([2, '']);
    expect(listing(cwd)).toEqual(before);
  });
});

describe('a hostile policy', { timeout: 60_000 }, () => {
  it.each([
    [
      10,
      /^vmm run: \.\/hostile\.ts:\d+:\d+: victim\(\) of policy hostile took more than 10001280 steps at access \d+\n$/m,
    ],
    [1, /^vmm run: \.\/hostile\.ts:\d+:\d+: the constructor of policy hostile took more than 10001280 steps\n$/m],
    [11, /^vmm run: \.\/hostile\.ts: victim\(\) of policy hostile named frame 5 of 5 at access \d+\n$/m],
    [13, /^vmm run: \.\/hostile\.ts:\d+:\d+: victim\(\) of policy hostile threw: no victim today at access \d+\n$/m],
    [
      16,
      /^vmm run: \.\/hostile\.ts:\d+:\d+: victim\(\) of policy hostile allocates 20 bytes: everything is allocated in the constructor at access \d+\n$/m,
    ],
  ])('crime %i: a message, exit code 1, nothing left behind', async (crime, message) => {
    const cwd = withFiles();
    const before = listing(cwd);
    const flags = [
      '--frames',
      '5',
      '--policy',
      `./hostile.ts:crime=${crime}`,
      '-o',
      'result.json',
      '--events',
      'events.jsonl',
      '--csv',
      'all.csv',
    ];
    const { code, stdout, stderr } = await here(['run', 'a.trace', ...flags], cwd);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([1, '']);
    expect(listing(cwd)).toEqual(before);
  });
});

describe('vmm new-policy', { timeout: 60_000 }, () => {
  it('writes a policy that runs, and a test that passes', async () => {
    const cwd = folder();
    const { code, stdout, stderr } = await here(['new-policy', 'my-policy'], cwd);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('node --test my-policy.test.ts');
    expect(listing(cwd)).toEqual(['my-policy.test.ts', 'my-policy.ts']);
    const test = spawnSync(process.execPath, ['--conditions=source', '--test', 'my-policy.test.ts'], {
      cwd,
      encoding: 'utf8',
    });
    expect(test.stdout).toContain('pass 2');
    expect(test.status).toBe(0);
  });

  it('is the example', () => {
    expect(readFileSync(EXAMPLE, 'utf8')).toBe(policyText(namesOf('two-segments')));
  });

  it.each([
    [['my-policy'], 'my-policy.ts is there already: give another name, or --force'],
    [['lru'], 'lru: a policy of the catalog has this name; give another one, such as my-lru'],
    [['../x'], '../x: no name for a policy; give letters, digits, - and _'],
    [[], "missing required argument 'NAME'"],
  ])('%s is refused', async (args, says) => {
    const cwd = folder();
    writeFileSync(join(cwd, 'my-policy.ts'), 'precious');
    const { code, stderr } = await here(['new-policy', ...args], cwd);
    expect(stderr).toContain(says);
    expect(code).toBe(2);
    expect(readFileSync(join(cwd, 'my-policy.ts'), 'utf8')).toBe('precious');
    expect(listing(cwd)).toEqual(['my-policy.ts']);
  });

  it('--force writes over it', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'my-policy.ts'), 'not so precious');
    expect((await here(['new-policy', 'my-policy', '--force'], cwd)).code).toBe(0);
    expect(readFileSync(join(cwd, 'my-policy.ts'), 'utf8')).toContain('class MyPolicy');
  });
});
