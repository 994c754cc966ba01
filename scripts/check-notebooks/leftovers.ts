/** @file What of a kernel still works after its last cell: timers, servers, requests, as Node names them. */

/** What comes and goes by itself: pipes and terminals of the kernel, sockets kept for the next request; processes are looked at elsewhere. */
const harmless = /^(PipeWrap|TTYWrap|ProcessWrap|TCPSocketWrap|TLSWrap|SignalWrap|MessagePort|CheckWrap|Immediate)$/;

/** What stays until it is closed; all else ends by itself, or would keep a program from ending. */
const lasting = /(Server|ServerWrap|UDPWrap|FSEventWrap|StatWatcher|Worker)$/;

const count = (list: readonly string[], kind: string): number => list.filter((one) => one === kind).length;

/** The kinds of which there are more than there were, each with how many more. */
export function beyond(resources: readonly string[], before: readonly string[]): Map<string, number> {
  const kinds = [...new Set(resources)].filter((kind) => kind && !harmless.test(kind));
  return new Map(
    kinds.map((kind) => [kind, count(resources, kind) - count(before, kind)] as const).filter(([, n]) => n > 0),
  );
}

/** Whether waiting may help. */
export const isPending = (left: ReadonlyMap<string, number>): boolean =>
  [...left.keys()].some((kind) => !lasting.test(kind));

/** What is wrong with what a cell left, as a sentence about the cell. */
export function sentenceOn(kind: string, n: number): string {
  if (kind === "Timeout")
    return `it left ${n} ${n === 1 ? "timer" : "timers"} running: await or clear what the cell starts`;
  if (/^(TCPServer|PipeServer|TCPServerWrap|PipeServerWrap|UDPWrap)$/.test(kind))
    return `it left ${n === 1 ? "a server" : `${n} servers`} listening (${kind}): close what the cell opens`;
  return `it left ${n === 1 ? "something" : `${n} things`} open (${kind}): close what the cell opens`;
}

/** The cell that a thing left at the end comes from: the last after which there was more of its kind than before. */
export function startedBy(
  kind: string,
  after: ReadonlyMap<number, readonly string[]>,
  before: readonly string[],
): number | null {
  let [cell, most]: [number | null, number] = [null, count(before, kind)];
  for (const [index, resources] of after) {
    const now = count(resources, kind);
    if (now > most) cell = index;
    most = now;
  }
  return cell;
}
