/** What the perf of this machine prints, in the forms that it can be asked for, is read whole; perf itself says which addresses it holds. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { needs } from '../../../../../test/support/needs.ts';
import { latin1, type Read, readBytes } from '../support.ts';

const perf = needs('perf', 'records page faults');
const folder = mkdtempSync(join(tmpdir(), 'pagewalk-test-'));
const data = join(folder, 'perf.data');
afterAll(() => rmSync(folder, { recursive: true }));

/** False where perf may not count page faults. */
function recorded(event: string): boolean {
  const args = ['record', '-q', '-e', event, '-c', '1', '-d', '-o', data, '--', 'ls', '/'];
  const { status } = spawnSync(perf.path, args, { stdio: 'ignore' });
  if (status !== 0) console.warn(`skipped: perf record -e ${event} is not permitted here`);
  return status === 0;
}

function script(fields: string): string {
  const args = ['script', '-i', data, ...(fields === '' ? [] : ['-F', fields])];
  return execFileSync(perf.path, args, { encoding: 'latin1', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26 });
}

const read = (text: string): Promise<Read> => readBytes(latin1(text), { name: 't' });
const addressesOf = ({ records }: Read): string[] => records.map(({ address }) => address.toString(16));

describe.skipIf(perf.skip || !recorded('page-faults'))('perf script of page faults', () => {
  const addresses = script('addr')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

  test.each([
    'comm,pid,tid,time,event,addr,ip,sym',
    'comm,pid,tid,time,event,addr',
    'comm,pid,time,event,addr,ip',
    'comm,tid,time,period,event,addr,ip,sym,symoff,dso',
    'pid,event,addr,ip,sym,dso',
    '+addr',
  ])('-F %s', async (fields) => {
    const found = await read(script(fields));
    expect(found.error).toBeNull();
    expect(found.info).toMatchObject({ format: 'perf_script', skipped: 0, leftOut: {} });
    expect(addressesOf(found)).toEqual(addresses);
    expect(addresses.length).toBeGreaterThan(20);
  });

  test('without the addresses it is refused', async () => {
    const { error } = await read(script(''));
    expect(error?.message).toContain('expected the data address and the ip: perf record -d, then perf script -F');
  });
});
